import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A text file of the project. */
export interface TextFile {
  /** Path from the project root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file with its syntax tree. */
export interface SourceFile extends TextFile {
  readonly tree: ts.SourceFile;
}

/** The files that the rules check. */
export interface Project {
  /** Paths of all files and folders, including binary files. */
  readonly paths: ReadonlySet<string>;
  readonly files: readonly TextFile[];
  /** The TypeScript files among `files`. */
  readonly sources: readonly SourceFile[];
}

/** Folders with source files. Other folders, such as `dist` and `reports`, contain generated files. */
const sourceFolders = [
  'src',
  'packages',
  'features',
  'tests',
  'scripts',
  'migrations',
  'console',
  'config',
  'docs',
  'docker',
  '.ci',
  '.github',
];
const generatedFolders = new Set(['node_modules', 'dist']);
const textFile =
  /(?:\.(?:tsx?|js|mjs|json|jsonc|ya?ml|md|feature|sh|sql|html|css)|(?:^|\/)(?:Dockerfile|run|env\.example))$/;
/** Settings of one machine, ignored by git. */
const untracked = new Set(['config/local.yaml']);

const walk = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return generatedFolders.has(entry.name) ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });

const listFiles = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    return entry.isDirectory() && sourceFolders.includes(entry.name) ? walk(root, entry.name) : [];
  });

const parse = (file: TextFile): SourceFile => ({
  ...file,
  tree: ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true),
});

const withFolders = (paths: readonly string[]): ReadonlySet<string> =>
  new Set(paths.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))));

/**
 * Creates a project from texts.
 * @param binaryFiles paths of other files that exist
 */
export const createProject = (
  texts: Readonly<Record<string, string>>,
  binaryFiles: readonly string[] = [],
): Project => {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  return {
    paths: withFolders([...Object.keys(texts), ...binaryFiles]),
    files,
    sources: files.filter(({ path }) => path.endsWith('.ts')).map(parse),
  };
};

/** Reads a project from disk. */
export const readProject = (root: string): Project => {
  const paths = listFiles(root)
    .filter((path) => !untracked.has(path))
    .sort();
  const texts = paths
    .filter((path) => textFile.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  return createProject(Object.fromEntries(texts), paths);
};

/** The 1-based line of an offset in a text. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The 1-based line on which a node begins, without its comments. */
export const lineOf = (tree: ts.SourceFile, node: ts.Node): number =>
  tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;

/** Whether a file is code of the service or of a package, not of tests or tools. */
export const isProductionCode = (path: string): boolean => /^(?:src|packages\/[^/]+\/src)\//.test(path);
