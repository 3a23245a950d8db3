import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Files that are smaller than this, in bytes, are not compressed. */
const leastCompressed = 1024;

/** Writes a Brotli and a gzip version next to each file of a folder. */
const compressAll = async (folder: string): Promise<void> => {
  const names = await readdir(folder);
  await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const bytes = await readFile(file);
      if (bytes.length < leastCompressed) return;
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
};

/**
 * Builds the operator console with Vite and compresses its files.
 * @param outDir the folder to create
 * @returns whether it succeeded; errors are on standard error
 */
export const buildConsole = async (outDir: string): Promise<boolean> => {
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--config', 'console/vite.config.ts', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CONSOLE_OUT_DIR: resolve(outDir), NODE_ENV: 'production' },
  });
  const isBuilt = await new Promise<boolean>((done) => {
    child.once('error', () => {
      done(false);
    });
    child.once('close', (code) => {
      done(code === 0);
    });
  });
  if (isBuilt) await compressAll(join(outDir, 'assets'));
  return isBuilt;
};

/** The file in the built console with the digest of its sources. */
const digestFile = 'sources';

/** The digest of the sources of the console. */
export const consoleDigest = (root: string): string => {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'console'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of [join(root, 'package.json'), ...files].sort()) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
};

/**
 * Builds `dist/console` unless it is up to date, for tests that run the sources of the service.
 * @throws Error if it cannot be built
 */
export const ensureConsole = async (root: string): Promise<void> => {
  const target = join(root, 'dist', 'console');
  const digest = consoleDigest(root);
  if (existsSync(join(target, digestFile)) && readFileSync(join(target, digestFile), 'utf8') === digest) return;
  mkdirSync(join(root, '.cache'), { recursive: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const made = mkdtempSync(join(root, '.cache', 'console-'));
  try {
    const built = join(made, 'console');
    if (!(await buildConsole(built))) throw new Error('the operator console cannot be built');
    await writeFile(join(built, digestFile), digest);
    if (existsSync(target)) renameSync(target, join(made, 'old'));
    renameSync(built, target);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
};
