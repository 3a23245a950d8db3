import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const lock = join(tmpdir(), 'rollcall-apt.lock');

/**
 * Installs a Debian package where that is allowed: as root, with apt-get. Test files run in parallel, and apt-get fails while
 * another one runs, so they wait for each other. A failure is left to the caller, who looks for the program again.
 */
export const installPackage = async (name: string): Promise<void> => {
  if (process.getuid?.() !== 0) return;
  await run('flock', [lock, 'sh', '-c', 'apt-get update; apt-get install -y "$0"', name]).catch(() => undefined);
};

/**
 * The path of a program, whose Debian package of the same name is installed if it is missing.
 * @param title what the program is called in messages
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
