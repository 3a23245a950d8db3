import { moduleReferences, resolveRelative } from '../imports.js';
import type { SourceFile } from '../project.js';
import type { Rule } from '../rule.js';

/** The layers of a folder, lowest first. Modules (its files and folders) of one layer do not import each other. */
type Layers = readonly (readonly string[])[];

const service: Layers = [
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

const config: Layers = [
  ['issue.ts'],
  ['schema'],
  ['files', 'override-state.ts'],
  ['types.ts'],
  ['revisions'],
  ['reload'],
  ['overrides', 'explain.ts'],
  ['config.ts'],
];

/** The folders with layers. */
const layeredFolders: readonly (readonly [folder: string, layers: Layers])[] = [
  ['src/', service],
  ['src/config/', config],
];

/** The file or folder of `folder` that contains a path; undefined outside of it. */
const moduleIn = (folder: string, path: string): string | undefined =>
  path.startsWith(folder) ? path.slice(folder.length).split('/')[0] : undefined;

const packageOf = (path: string): string | undefined => /^packages\/[^/]+\//.exec(path)?.[0];
const layerOf = (layers: Layers, module: string): number => layers.findIndex((modules) => modules.includes(module));
/** main.ts and cli/ may import each other, and not testing/. */
const isEntryPoint = (module: string): boolean => module === 'main.ts' || module === 'cli';

const mayImport = (layers: Layers, module: string, imported: string): boolean =>
  module === imported ||
  layerOf(layers, imported) < layerOf(layers, module) ||
  (isEntryPoint(module) && isEntryPoint(imported));

/** The error of an import between two modules of a folder with layers. */
const validateLayers = (source: string, target: string): string | undefined => {
  for (const [folder, layers] of layeredFolders) {
    const [module, imported] = [moduleIn(folder, source), moduleIn(folder, target)];
    if (module === undefined || imported === undefined) continue;
    if (layerOf(layers, imported) === -1) return `${target} is in a module without a layer`;
    if (!mayImport(layers, module, imported)) {
      return `${module} may not import ${imported}, which is not in a lower layer`;
    }
  }
  return undefined;
};

const validateImport = ({ path }: SourceFile, specifier: string): string | undefined => {
  const target = resolveRelative(path, specifier);
  if (target === undefined) return undefined;
  const root = packageOf(path);
  if (root !== undefined && !target.startsWith(root)) return `a package must not import ${target}`;
  if (!path.startsWith('src/')) {
    return path.startsWith('migrations/') && target.startsWith('src/')
      ? `a migration must not import ${target}, which can change after the migration has run`
      : undefined;
  }
  if (!target.startsWith('src/')) return target === 'package.json' ? undefined : `${target} is not part of the service`;
  return validateLayers(path, target);
};

/** The module of a file that has no layer; undefined if all have one. */
const moduleWithoutLayer = (path: string): string | undefined => {
  for (const [folder, layers] of layeredFolders) {
    const module = moduleIn(folder, path);
    if (module !== undefined && layerOf(layers, module) === -1) return module;
  }
  return undefined;
};

/** Files of `src` import from lower layers or their own module, packages only their own files, and migrations nothing from `src`. */
export const importDirection: Rule = {
  name: 'import-direction',
  reason:
    'With imports in one direction only, each layer can be understood, tested and changed without those above it.',
  check: ({ sources }) =>
    sources.flatMap((source) => {
      const module = moduleWithoutLayer(source.path);
      if (module !== undefined) {
        const message = `${module} is not in a layer: add it to scripts/architecture/rules/import-direction.ts`;
        return [{ file: source.path, line: 1, message }];
      }
      return moduleReferences(source).flatMap(({ specifier, line }) => {
        const message = validateImport(source, specifier);
        return message === undefined ? [] : [{ file: source.path, line, message }];
      });
    }),
};
