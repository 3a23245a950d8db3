/**
 * `npm run build`: compiles src/, migrations/ and packages/, and builds console/, into dist/, unless dist/ is up to date. With `--check`, compiles
 * nothing and exits with 1 if a build is needed. `dist/build-info.json` describes the build:
 * `{version, commit, build_date, sources}`; commit is null outside a checkout.
 *
 * The compiler writes to a temporary folder that then replaces dist/, so dist/ contains no files of earlier builds (a deleted
 * migration would run), and concurrent starts do not see incomplete output. Packages are put into dist/node_modules, where
 * the compiled service finds them before the sources in packages/. The export `rollcall/testing` has types.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { buildConsole } from './console/build-console.js';

const compiledFolders = ['src', 'migrations', 'packages'];
const consoleFolder = 'console';
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
const infoFile = 'dist/build-info.json';
const command = 'src/main.js';
const testingEntry = 'src/testing/index.ts';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^packages\/[^/]+\/(?!src\/|package\.json$)/.test(file));

const hashSources = (): string => {
  const hash = createHash('sha256');
  for (const file of [...settings, ...[...compiledFolders, consoleFolder].flatMap(filesBelow)].sort()) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
};

const readField = (file: string, field: string): unknown =>
  (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)[field];

const isFresh = (sources: string): boolean => {
  if (!existsSync(join('dist', command))) return false;
  try {
    return readField(infoFile, 'sources') === sources;
  } catch {
    return false;
  }
};

/** The commit: from the environment if git is not available (a container build), otherwise from git. */
const commit = (): string | null => {
  const fromEnvironment = process.env['BUILD_COMMIT'];
  if (fromEnvironment) return fromEnvironment;
  const git = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  return git.status === 0 ? git.stdout.trim() : null;
};

/** The time of the build; SOURCE_DATE_EPOCH (seconds) overrides it for reproducible builds. */
const buildDate = (): string => {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  return (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString();
};

const compile = (outDir: string): Promise<boolean> => {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  const options = ['-p', 'tsconfig.build.json', '--outDir', outDir, '--tsBuildInfoFile', join(outDir, '.tsbuildinfo')];
  // `npm start` runs the service next, which owns standard output.
  const child = spawn(process.execPath, [tsc, ...options], { stdio: ['ignore', 2, 2] });
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
};

/** Replaces dist/, unless a concurrent build of the same sources has done so; its service may already be running. */
const replaceDist = (made: string, sources: string): void => {
  if (isFresh(sources)) return;
  try {
    if (existsSync('dist')) renameSync('dist', `${made}.old`);
    renameSync(made, 'dist');
  } catch (error) {
    if (!isFresh(sources)) throw error;
  } finally {
    rmSync(`${made}.old`, { recursive: true, force: true });
  }
};

/** Writes the types of a module and of the modules that they import. Its exports have explicit types. */
const writeTypes = (outDir: string, file: string): void => {
  const target = join(outDir, file.replace(/\.ts$/, '.d.ts'));
  if (existsSync(target)) return;
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext };
  const { outputText } = ts.transpileDeclaration(readFileSync(file, 'utf8'), { fileName: file, compilerOptions });
  writeFileSync(target, outputText);
  for (const [, specifier] of outputText.matchAll(/ from '(\.[^']+)\.js'/g)) {
    writeTypes(outDir, join(dirname(file), `${String(specifier)}.ts`));
  }
};

const installPackages = (outDir: string): void => {
  mkdirSync(join(outDir, 'node_modules'));
  for (const name of readdirSync(join(outDir, 'packages'))) {
    const target = join(outDir, 'node_modules', name);
    renameSync(join(outDir, 'packages', name), target);
    copyFileSync(join('packages', name, 'package.json'), join(target, 'package.json'));
  }
};

const build = async (sources: string): Promise<boolean> => {
  mkdirSync('.cache', { recursive: true });
  const made = mkdtempSync(join('.cache', 'build-'));
  try {
    const results = await Promise.all([compile(made), buildConsole(join(made, 'console'))]);
    if (!results.every(Boolean)) return false;
    installPackages(made);
    writeTypes(made, testingEntry);
    chmodSync(join(made, command), 0o755);
    const info = { version: readField('package.json', 'version'), commit: commit(), build_date: buildDate(), sources };
    writeFileSync(join(made, 'build-info.json'), `${JSON.stringify(info, null, 2)}\n`);
    chmodSync(made, 0o755);
    replaceDist(made, sources);
    return true;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
};

const sources = hashSources();
const isCheck = process.argv.includes('--check');
if (!isFresh(sources) && (isCheck || !(await build(sources)))) process.exitCode = 1;
