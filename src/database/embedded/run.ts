import { spawn } from 'node:child_process';
import type { OsUser } from './os-user.js';

/** What a finished command left behind. */
export interface RunResult {
  /** Exit code; 127 when it could not be started at all. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  /** Whom to run as; the own user when null or absent. */
  readonly user?: OsUser | null;
  /** Text for its standard input. */
  readonly input?: string;
}

/** Where the tools of the system are looked for, whatever PATH the service was started with. */
const toolPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

/** The bare environment of every command that is started here: nothing of the own one is handed on. */
export const bareEnvironment = { PATH: toolPath, LC_ALL: 'C', TZ: 'UTC' };

/** Node's spawn options for an user; none for the own user. */
export const spawnAs = (user: OsUser | null | undefined): { uid?: number; gid?: number } =>
  user ? { uid: user.uid, gid: user.gid } : {};

/** Runs a command to its end, from the root folder, with a bare environment; a failure is an exit code, never a throw. */
export const run = (command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      ...spawnAs(options.user),
      cwd: '/',
      env: bareEnvironment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: string[] = [];
    const err: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    // A command that ends without reading its input breaks the pipe; its exit code says enough.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: out.join(''), stderr: err.join('') }));
  });
