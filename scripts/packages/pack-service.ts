import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const run = (command: string, args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} failed: ${stdout}${stderr}`);
};

/** Files that the tarball of the service must contain. */
const required = [
  'dist/src/main.js',
  'dist/src/testing/index.js',
  'dist/src/testing/index.d.ts',
  'dist/src/testing/types.d.ts',
  'dist/src/config/issue.d.ts',
  'dist/console/index.html',
  'config/default.yaml',
  'README.md',
  'LICENSE',
];

const forbidden = /\.map$|\.tsbuildinfo$|node_modules|^(?:src|tests|features|packages|scripts)\/|local\.yaml$/;

/** What is missing from a tarball of the service, and what must not be in it. */
export const findServiceProblems = (paths: readonly string[]): string[] => [
  ...required.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
  ...paths.filter((path) => forbidden.test(path)).map((path) => `${path} must not be published`),
];

/**
 * Builds and packs the service, with the export `rollcall/testing`.
 * @param destination folder for the tarball
 * @returns path of the tarball
 */
export const packService = (destination: string): string => {
  mkdirSync(destination, { recursive: true });
  run('npm', ['run', '--silent', 'build']);
  const output = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', resolve(destination)]);
  const [packed] = JSON.parse(output) as Packed[];
  if (packed === undefined) throw new Error('npm pack printed no result for the service');
  const problems = findServiceProblems(packed.files.map(({ path }) => path));
  if (problems.length > 0) throw new Error(`the tarball of rollcall is not complete:\n  ${problems.join('\n  ')}`);
  return join(destination, packed.filename);
};
