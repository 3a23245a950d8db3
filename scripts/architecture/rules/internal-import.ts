import { moduleReferences, packageOf } from '../imports.js';
import type { Rule } from '../rule.js';

/** Entry points that packages document, other than the package itself. */
const publicEntryPoints: ReadonlySet<string> = new Set([
  '@cucumber/cucumber/api',
  'csv-parse/sync',
  'eslint/config',
  'swagger-ui-dist/package.json',
  'vitest/config',
  'vitest/node',
]);

/** A package is imported through its documented entry points only. */
export const internalImport: Rule = {
  name: 'internal-import',
  reason:
    'An internal file of a package can change in any release. If an entry point is documented, add it to the rule.',
  check: ({ sources }) =>
    sources.flatMap((source) =>
      moduleReferences(source)
        .filter(
          ({ specifier }) =>
            specifier.includes('/node_modules/') ||
            (![undefined, specifier].includes(packageOf(specifier)) && !publicEntryPoints.has(specifier)),
        )
        .map(({ specifier, line }) => ({
          file: source.path,
          line,
          message: `${specifier} is an internal file of a package`,
        })),
    ),
};
