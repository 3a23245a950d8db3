import { moduleReferences, resolveRelative } from '../imports.js';
import type { SourceFile } from '../project.js';
import type { Rule } from '../rule.js';

/** The layers of `src`, lowest first. Modules (files or folders of `src`) of one layer do not import each other. */
const layers: readonly (readonly string[])[] = [
  ['errors', 'clock.ts', 'build-info.ts', 'format-duration.ts', 'ip-address.ts'],
  ['observability', 'contract'],
  ['config'],
  ['database', 'security', 'limits', 'cache', 'mail'],
  ['instances'],
  ['models'],
  ['services.ts'],
  ['middleware', 'jobs'],
  ['policies', 'responses'],
  ['handlers'],
  ['routes'],
  ['app.ts'],
  ['server'],
  ['cli', 'main.ts', 'testing'],
];

const moduleOf = (path: string): string | undefined => /^src\/([^/]+)/.exec(path)?.[1];
const packageOf = (path: string): string | undefined => /^packages\/[^/]+\//.exec(path)?.[0];
const layerOf = (module: string): number => layers.findIndex((modules) => modules.includes(module));
/** main.ts and cli/ may import each other, and not testing/. */
const isEntryPoint = (module: string): boolean => module === 'main.ts' || module === 'cli';

const mayImport = (module: string, imported: string): boolean =>
  module === imported || layerOf(imported) < layerOf(module) || (isEntryPoint(module) && isEntryPoint(imported));

const validateImport = (source: SourceFile, specifier: string): string | undefined => {
  const target = resolveRelative(source.path, specifier);
  if (target === undefined) return undefined;
  const root = packageOf(source.path);
  if (root !== undefined && !target.startsWith(root)) return `a package must not import ${target}`;
  const module = moduleOf(source.path);
  if (module === undefined) {
    return source.path.startsWith('migrations/') && target.startsWith('src/')
      ? `a migration must not import ${target}, which can change after the migration has run`
      : undefined;
  }
  const imported = moduleOf(target);
  if (imported === undefined) {
    return target === 'package.json' ? undefined : `${target} is not part of the service`;
  }
  if (layerOf(imported) === -1) return `${target} is in a module without a layer`;
  return mayImport(module, imported)
    ? undefined
    : `${module} may not import ${imported}, which is not in a lower layer`;
};

/** Files of `src` import from lower layers or their own module, packages only their own files, and migrations nothing from `src`. */
export const importDirection: Rule = {
  name: 'import-direction',
  reason:
    'With imports in one direction only, each layer can be understood, tested and changed without those above it.',
  check: ({ sources }) =>
    sources.flatMap((source) => {
      const module = moduleOf(source.path);
      if (module !== undefined && layerOf(module) === -1) {
        const message = `${module} is not in a layer: add it to scripts/architecture/rules/import-direction.ts`;
        return [{ file: source.path, line: 1, message }];
      }
      return moduleReferences(source).flatMap(({ specifier, line }) => {
        const message = validateImport(source, specifier);
        return message === undefined ? [] : [{ file: source.path, line, message }];
      });
    }),
};
