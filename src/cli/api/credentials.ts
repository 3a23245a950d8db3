import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';

/** A login of `rollcall login`. */
export interface Credentials {
  /** Base URL of the service that issued the tokens; they are sent nowhere else. */
  readonly url: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** @throws {CommandError} without a home directory */
const pathOf = ({ env }: ProcessEnvironment): string => {
  const home = env['HOME'] ?? env['USERPROFILE'];
  if (home === undefined) {
    throw new CommandError('HOME is not set; set ROLLCALL_TOKEN instead', undefined, { code: 'not_logged_in' });
  }
  return join(home, '.config', 'rollcall', 'credentials.json');
};

const isCredentials = (value: unknown): value is Credentials => {
  if (typeof value !== 'object' || value === null) return false;
  const { url, accessToken, refreshToken, expiresAtMs } = value as Record<string, unknown>;
  return [url, accessToken, refreshToken].every((text) => typeof text === 'string') && typeof expiresAtMs === 'number';
};

/** The stored login; undefined if there is none. */
export const readCredentials = (environment: ProcessEnvironment): Credentials | undefined => {
  try {
    const stored: unknown = JSON.parse(readFileSync(pathOf(environment), 'utf8'));
    return isCredentials(stored) ? stored : undefined;
  } catch {
    // There is no file, or its content is not a login.
    return undefined;
  }
};

/**
 * Stores a login in ~/.config/rollcall/credentials.json, which only its owner can read.
 * @returns the path of the file
 */
export const writeCredentials = (environment: ProcessEnvironment, credentials: Credentials): string => {
  const path = pathOf(environment);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Written as a new file and then renamed: the mode of an existing file would not change, and a reader never sees an
  // incomplete one.
  const temporary = `${path}.${String(environment.pid)}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
  return path;
};

/** Deletes the stored login. */
export const deleteCredentials = (environment: ProcessEnvironment): void => {
  rmSync(pathOf(environment), { force: true });
};
