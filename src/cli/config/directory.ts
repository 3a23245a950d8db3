import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeIssue } from '../../config/issue.js';
import { type DirectoryReading, readDirectory } from '../../config/reload/dry-run.js';
import type { Override } from '../../config/override-state.js';
import { configDirectory } from '../../server/startup/bootstrap.js';
import { exitCodes, type ProcessEnvironment, CommandError } from '../../server/process/environment.js';

/** The data directory of a process. */
export const dataDirOf = ({ cwd }: ProcessEnvironment): string => join(cwd, '.data');

/** The given directory, or else the one of the service. */
export const resolveDirectory = (environment: ProcessEnvironment, directory?: string): string =>
  directory === undefined ? configDirectory(environment) : resolve(environment.cwd, directory);

/** Reads a directory as `serve` would with this environment, but creates no secrets. */
export const readConfigDirectory = (
  environment: ProcessEnvironment,
  folder: string,
  overrides: readonly Override[] = [],
): DirectoryReading => {
  const nodeEnv = environment.env['NODE_ENV'] ?? 'development';
  const options = { directory: folder, nodeEnv, env: environment.env, dataDir: dataDirOf(environment), overrides };
  return readDirectory({ ...options, secrets: 'optional' });
};

/** The process environment without the variables that set keys. NODE_ENV and ROLLCALL_CONFIG_DIR are kept. */
export const withoutVariables = (environment: ProcessEnvironment): ProcessEnvironment => {
  const { NODE_ENV: nodeEnv, ROLLCALL_CONFIG_DIR: directory } = environment.env;
  return {
    ...environment,
    env: { ...(nodeEnv && { NODE_ENV: nodeEnv }), ...(directory && { ROLLCALL_CONFIG_DIR: directory }) },
  };
};

/** Warns about dangling links: at startup they count as missing files. */
export const danglingLinks = (folder: string, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const path = join(folder, name);
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink || statSync(path, { throwIfNoEntry: false }) !== undefined) return [];
    return [`${path}: dangling link to ${readlinkSync(path)}; the file is ignored`];
  });

/**
 * Reads the directory of the service.
 * @throws {CommandError} exit 2 with one line per error
 */
export const readValidDirectory = (
  environment: ProcessEnvironment,
  overrides: readonly Override[] = [],
): Extract<DirectoryReading, { readonly ok: true }> => {
  const reading = readConfigDirectory(environment, configDirectory(environment), overrides);
  if (reading.ok) return reading;
  throw new CommandError(reading.issues.map(describeIssue).join('\n'), exitCodes.badConfiguration);
};
