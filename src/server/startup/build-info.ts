import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildInfo } from '../../build-info.js';

interface Manifest {
  readonly version?: unknown;
  readonly commit?: unknown;
  readonly build_date?: unknown;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const readJson = (path: string): Manifest => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return {};
  }
};

/** The nearest parent directory with a package.json. */
const packageRoot = (from: string): string => {
  const parent = dirname(from);
  const isRoot = readJson(join(from, 'package.json')).version !== undefined || parent === from;
  return isRoot ? from : packageRoot(parent);
};

/** Reads the version from package.json, and commit and build date from dist/build-info.json (null if it does not exist). */
export const readBuildInfo = (nodeVersion: string): BuildInfo => {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  const build = readJson(join(root, 'dist', 'build-info.json'));
  return {
    version: textOrNull(readJson(join(root, 'package.json')).version) ?? '0.0.0',
    commit: textOrNull(build.commit),
    buildDate: textOrNull(build.build_date),
    nodeVersion,
  };
};
