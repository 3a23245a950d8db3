import { spawn } from 'node:child_process';
import type { OsUser } from './os-user.js';

/** Result of a command. */
export interface RunResult {
  /** Exit code; 127 when the command could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for `run`. */
export interface RunOptions {
  /** The user to run as; the current user when null or absent. */
  readonly user?: OsUser | null;
  /** Text for standard input. */
  readonly input?: string;
}

/** The environment of every command; nothing is inherited from this process. */
export const bareEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/** Options of `spawn` that select the user. */
export const spawnAs = (user: OsUser | null | undefined): { uid?: number; gid?: number } =>
  user ? { uid: user.uid, gid: user.gid } : {};

/** Runs a command in `/` with a minimal environment. Never rejects: a failure is an exit code. */
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
    // EPIPE from a command that does not read its input; the exit code is enough.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: out.join(''), stderr: err.join('') }));
  });
