import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProblems, type Manifest } from './find-problems.js';

const project = resolve(import.meta.dirname, '../..');

const run = (command: string, args: readonly string[], cwd: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`}`);
};

/** Does not check types, which `npm run types` does. */
const compile = (config: string, outDir: string): void => {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [compiler, '-p', config, '--outDir', outDir, '--noCheck'], project);
};

/** Compiles a package to ES modules in src/ and, if it is configured, to CommonJS in cjs/. */
const build = (source: string, target: string): void => {
  compile(join(source, 'tsconfig.build.json'), join(target, 'src'));
  const commonJs = join(source, 'tsconfig.cjs.json');
  if (!existsSync(commonJs)) return;
  compile(commonJs, join(target, 'cjs'));
  writeFileSync(join(target, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
};

const readFiles = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );

const packOne = (name: string, work: string, destination: string): string => {
  const source = join(project, 'packages', name);
  const target = join(work, name);
  mkdirSync(target);
  build(source, target);
  for (const file of ['README.md', 'LICENSE']) cpSync(join(source, file), join(target, file));
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...manifest, scripts: undefined }, null, 2)}\n`);
  const options = ['--ignore-scripts', '--json', '--pack-destination', destination];
  const [packed] = JSON.parse(run('npm', ['pack', ...options], target)) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack printed no result for ${name}`);
  const tarball = join(destination, packed.filename);
  const unpacked = join(work, `${name}-unpacked`);
  mkdirSync(unpacked);
  run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], project);
  const problems = findProblems(readFiles(unpacked), project);
  if (problems.length > 0) throw new Error(`the tarball of ${name} is not complete:\n  ${problems.join('\n  ')}`);
  return tarball;
};

/**
 * Builds and packs all packages, and checks the contents of the tarballs.
 * @param destination folder for the tarballs
 * @returns paths of the tarballs
 */
export const packPackages = (destination: string): string[] => {
  mkdirSync(destination, { recursive: true });
  mkdirSync(join(project, '.cache'), { recursive: true });
  const work = mkdtempSync(join(project, '.cache', 'pack-'));
  try {
    return readdirSync(join(project, 'packages')).map((name) => packOne(name, work, resolve(destination)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
