import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One text file of the project. */
export interface ProjectFile {
  /** Path from the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file with its syntax tree. */
export interface SourceFile extends ProjectFile {
  readonly tree: ts.SourceFile;
}

/** What the rules look at. */
export interface Project {
  /** Every file and folder that belongs to the project, whatever it holds. */
  readonly paths: ReadonlySet<string>;
  /** Its text files. */
  readonly files: readonly ProjectFile[];
  /** The trees of those in TypeScript. */
  readonly sources: readonly SourceFile[];
}

/** Folders that hold what people write; all else (node_modules, dist, reports) is made by tools. */
const writtenFolders = [
  'src',
  'features',
  'tests',
  'scripts',
  'migrations',
  'config',
  'docs',
  'docker',
  '.ci',
  '.github',
];
const textFile =
  /(?:\.(?:ts|js|mjs|json|jsonc|ya?ml|md|feature|sh|sql|html|css)|(?:^|\/)(?:Dockerfile|run|env\.example))$/;
/** Settings of one machine, not of the project. */
const untracked = new Set(['config/local.yaml']);

const walk = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });

const writtenFiles = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    return entry.isDirectory() && writtenFolders.includes(entry.name) ? walk(root, entry.name) : [];
  });

const parse = (file: ProjectFile): SourceFile => ({
  ...file,
  tree: ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true),
});

const withFolders = (paths: readonly string[]): ReadonlySet<string> =>
  new Set(paths.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))));

/**
 * Makes a project of texts in memory.
 * @param others paths of files that exist, but hold no text
 */
export const projectOf = (texts: Readonly<Record<string, string>>, others: readonly string[] = []): Project => {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  return {
    paths: withFolders([...Object.keys(texts), ...others]),
    files,
    sources: files.filter(({ path }) => path.endsWith('.ts')).map(parse),
  };
};

/** Reads a project from disk. */
export const readProject = (root: string): Project => {
  const paths = writtenFiles(root)
    .filter((path) => !untracked.has(path))
    .sort();
  const texts = paths
    .filter((path) => textFile.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  return projectOf(Object.fromEntries(texts), paths);
};

/** The line, counted from 1, on which an offset of a text lies. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The line, counted from 1, on which a node begins, without its comments. */
export const lineOf = (tree: ts.SourceFile, node: ts.Node): number =>
  tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
