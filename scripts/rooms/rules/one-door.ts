import type { Rule } from '../finding.js';
import { moduleReferences, packageOf } from '../imports.js';

/** Packages that only one file, or the files of a folder (with a trailing slash), may import. */
const doors: Readonly<Record<string, readonly string[]>> = {
  bcrypt: ['src/security/password.ts'],
  jsonwebtoken: ['src/security/access-token.ts'],
  'cli-progress': ['src/cli/users/progress.ts'],
  convict: ['src/config/'],
  chokidar: ['src/config/'],
  yaml: ['src/config/'],
  'rate-limiter-flexible': ['src/limits/'],
  keyv: ['src/cache/'],
  nodemailer: ['src/mail/smtp.ts'],
  knex: ['src/database/', 'src/models/'],
  objection: ['src/database/', 'src/models/'],
  pg: ['src/database/', 'src/models/'],
  pino: ['src/observability/logger.ts'],
  '@opentelemetry/api': ['src/observability/tracing/'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/observability/tracing/'],
  '@opentelemetry/resources': ['src/observability/tracing/'],
  '@opentelemetry/sdk-trace-base': ['src/observability/tracing/'],
  'prom-client': ['src/observability/metrics.ts'],
  zod: ['src/contract/'],
  'zod-openapi': ['src/contract/'],
};

const isThrough = (path: string, door: string): boolean => (door.endsWith('/') ? path.startsWith(door) : path === door);

/** Within src, a package of the table comes in by its own door only. */
export const oneDoor: Rule = {
  name: 'one-door',
  reason: 'a package with one door can be replaced, and its traps cured, in one place',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap((source) =>
        moduleReferences(source).flatMap(({ specifier, line }) => {
          const allowed = doors[packageOf(specifier) ?? ''];
          if (allowed === undefined || allowed.some((door) => isThrough(source.path, door))) return [];
          return [{ file: source.path, line, message: `${specifier} is imported outside ${allowed.join(', ')}` }];
        }),
      ),
};
