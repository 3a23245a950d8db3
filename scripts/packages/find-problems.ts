import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** The part of package.json that is checked. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly engines?: { readonly node?: string };
  readonly exports?: unknown;
  readonly bin?: unknown;
  readonly main?: unknown;
  readonly types?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const allowedFile = /^(?:README\.md|LICENSE|package\.json|cjs\/package\.json|(?:src|cjs)\/.+\.(?:js|d\.ts))$/;

const requiredFields = ['name', 'version', 'description', 'license', 'engines', 'exports'] as const;

/** All strings of a value: the files that `exports`, `bin`, `main` or `types` name. */
const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** The modules that a compiled file or its types import. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:^|[\s;(])(?:from|import|require|import\()\s*\(?\s*['"]([^'"\n]+)['"]/gmu)].flatMap(
    ([, name]) => name ?? [],
  );

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const isBuiltIn = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);

/** Types and code are separate files of one module. */
const resolves = (files: ReadonlyMap<string, string>, from: string, specifier: string): boolean => {
  const target = posix.join(posix.dirname(from), specifier);
  return files.has(from.endsWith('.d.ts') ? target.replace(/\.js$/u, '.d.ts') : target);
};

/**
 * Finds what is missing from an unpacked tarball, and what must not be in it.
 * @param files contents by path in the package
 * @param project the absolute path of the project, which must not be in any file
 */
export const findProblems = (files: ReadonlyMap<string, string>, project: string): string[] => {
  const manifest = JSON.parse(files.get('package.json') ?? '{}') as Manifest;
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const declared = new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
  const problems: string[] = [];
  for (const field of requiredFields) if (manifest[field] === undefined) problems.push(`package.json has no ${field}`);
  if (manifest.engines?.node === undefined) problems.push('package.json has no engines.node');
  if (manifest.private === true) problems.push('package.json is private');
  for (const file of ['README.md', 'LICENSE']) if (!files.has(file)) problems.push(`${file} is missing`);
  for (const entry of stringsIn([manifest.exports, manifest.bin, manifest.main, manifest.types])) {
    const path = posix.normalize(entry);
    if (!files.has(path)) problems.push(`${entry} is missing`);
    if (path.endsWith('.js') && !files.has(path.replace(/\.js$/u, '.d.ts'))) problems.push(`${entry} has no types`);
  }
  for (const [path, text] of files) {
    if (!allowedFile.test(path)) problems.push(`${path} must not be published`);
    if (text.includes(project)) problems.push(`${path} contains the path of the project`);
    if (/^\/\/# sourceMappingURL=/mu.test(text)) problems.push(`${path} refers to a source map`);
    if (!/\.(?:js|d\.ts)$/u.test(path)) continue;
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        if (!resolves(files, path, specifier)) problems.push(`${path} imports ${specifier}, which is missing`);
      } else if (!isBuiltIn(specifier) && !declared.has(packageOf(specifier))) {
        problems.push(`${path} imports ${specifier}, which is not a dependency`);
      }
    }
  }
  return problems;
};
