/**
 * `npm run build`: compiles src/ and migrations/ into dist/, unless dist/ was made from exactly these files.
 * `--check` compiles nothing, and exits with 1 where a build would be needed.
 * `dist/build-info.json` tells what was built: `{version, commit, build_date, sources}`; commit is null outside a checkout.
 *
 * The compiler writes into a folder of its own, which then takes the place of dist/: no file of an earlier build stays
 * behind (a removed migration would run), and two starts at once do not see each other's half-made output.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const compiledFolders = ['src', 'migrations'];
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
const infoFile = 'dist/build-info.json';
const command = 'src/main.js';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const hashSources = (): string => {
  const hash = createHash('sha256');
  for (const file of [...settings, ...compiledFolders.flatMap(filesBelow)].sort()) {
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

/** The commit: given by the environment where there is no checkout (a container build), else asked of git. */
const commit = (): string | null => {
  const given = process.env['BUILD_COMMIT'];
  if (given) return given;
  const answer = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : null;
};

/** The time of the build, or the one that a reproducible build is given (SOURCE_DATE_EPOCH, seconds). */
const buildDate = (): string => {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  return (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString();
};

const compile = (outDir: string): boolean => {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  const options = ['-p', 'tsconfig.build.json', '--outDir', outDir, '--tsBuildInfoFile', join(outDir, '.tsbuildinfo')];
  // Standard output belongs to the service that may start next.
  return spawnSync(process.execPath, [tsc, ...options], { stdio: ['ignore', 2, 2] }).status === 0;
};

const takePlace = (made: string, sources: string): void => {
  // Another build of the same files may have been quicker, and its service be running already: leave that one in place.
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

const build = (sources: string): boolean => {
  mkdirSync('.cache', { recursive: true });
  const made = mkdtempSync(join('.cache', 'build-'));
  try {
    if (!compile(made)) return false;
    chmodSync(join(made, command), 0o755);
    const info = { version: readField('package.json', 'version'), commit: commit(), build_date: buildDate(), sources };
    writeFileSync(join(made, 'build-info.json'), `${JSON.stringify(info, null, 2)}\n`);
    chmodSync(made, 0o755);
    takePlace(made, sources);
    return true;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
};

const sources = hashSources();
const isCheck = process.argv.includes('--check');
if (!isFresh(sources) && (isCheck || !build(sources))) process.exitCode = 1;
