import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const lock = join(tmpdir(), 'rollcall-apt.lock');

/**
 * Installs a Debian package with apt-get, if the tests run as root. Test files run in parallel and apt-get cannot, so the
 * installations wait for each other. Errors are ignored: the caller looks for the program again.
 */
export const installPackage = async (name: string): Promise<void> => {
  if (process.getuid?.() !== 0) return;
  await run('flock', [lock, 'sh', '-c', 'apt-get update; apt-get install -y "$0"', name]).catch(() => undefined);
};

/**
 * Returns the path of a program. Installs the Debian package with the same name if the program is missing.
 * @param title name of the program for messages
 */
export const findProgram = async (name: string, title: string): Promise<string> => {
  const find = async (): Promise<string | undefined> =>
    (
      await run('/bin/sh', ['-c', `command -v ${name} || command -v /usr/sbin/${name}`]).catch(() => undefined)
    )?.stdout.trim();
  const present = await find();
  if (present !== undefined) return present;
  await installPackage(name);
  const installed = await find();
  if (installed !== undefined) return installed;
  throw new Error(`This test needs ${title}: install the package ${name}.`);
};
