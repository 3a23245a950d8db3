import { moduleReferences, packageOf } from '../imports.js';
import { isProductionCode } from '../project.js';
import type { Rule } from '../rule.js';

/** The files and folders (with a trailing slash) that may import a package. */
const allowedImporters: Readonly<Record<string, readonly string[]>> = {
  bcrypt: ['src/security/password.ts'],
  jsonwebtoken: ['src/security/access-token.ts'],
  'csv-parse': ['src/cli/users/csv.ts'],
  'cli-progress': ['src/cli/users/progress.ts'],
  convict: ['src/config/'],
  chokidar: ['src/config/'],
  yaml: ['src/config/'],
  'rate-limiter-flexible': ['src/limits/'],
  keyv: ['src/cache/'],
  'ipaddr.js': ['src/ip-address.ts'],
  nodemailer: ['src/mail/smtp.ts'],
  knex: ['src/database/', 'src/models/'],
  objection: ['src/database/', 'src/models/'],
  pg: ['src/database/', 'src/models/', 'packages/embedded-postgres-server/', 'packages/scenario-schema/'],
  'embedded-postgres-server': ['src/database/embedded-server.ts', 'packages/scenario-schema/src/server/find-server.ts'],
  'scenario-schema': ['src/testing/test-schema.ts'],
  pino: ['src/observability/logger.ts'],
  '@opentelemetry/api': ['src/observability/tracing/'],
  '@opentelemetry/core': ['src/observability/tracing/'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/observability/tracing/'],
  '@opentelemetry/resources': ['src/observability/tracing/'],
  '@opentelemetry/sdk-trace-base': ['src/observability/tracing/'],
  'prom-client': ['src/observability/metrics.ts'],
  zod: ['src/contract/'],
  'zod-openapi': ['src/contract/'],
};

const isAllowed = (path: string, importer: string): boolean =>
  importer.endsWith('/') ? path.startsWith(importer) : path === importer;

/** A package in `allowedImporters` is imported only there. */
export const restrictedImport: Rule = {
  name: 'restricted-import',
  reason: 'A package that is imported in one place can be replaced, and its bugs worked around, in one place.',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => isProductionCode(path))
      .flatMap((source) =>
        moduleReferences(source).flatMap(({ specifier, line }) => {
          const importers = allowedImporters[packageOf(specifier) ?? ''];
          if (importers === undefined || importers.some((importer) => isAllowed(source.path, importer))) return [];
          return [{ file: source.path, line, message: `${specifier} may be imported only in ${importers.join(', ')}` }];
        }),
      ),
};
