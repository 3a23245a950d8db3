import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runProgram } from '../../src/cli/program.js';
import { removeBlankVariables } from '../../src/server/process/blank-variables.js';
import type { ProcessEnvironment } from '../../src/server/process/environment.js';

/** The result of a command. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for a command. */
export interface RunOptions {
  /** Called with each write to standard output. */
  readonly onOutput?: (text: string) => void;
  /** The number of writes after which the reader closes standard output. */
  readonly closesAfter?: number;
  /** Text on standard input. */
  readonly stdin?: string;
}

/** An environment without secrets, like that of a migration job. */
export const noSecrets = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: '', ROLLCALL_PASSWORD_PEPPER: '' } as const;

/** A working directory with a configuration, in which commands run as in a process. */
export class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
  readonly #env: Readonly<Record<string, string>>;
  #interrupt: () => void = () => undefined;

  constructor(databaseUrl: string, env: Readonly<Record<string, string>> = {}) {
    cpSync('config', join(this.directory, 'config'), { recursive: true });
    // The secrets are derived from the database, so that commands in other directories and `TestApp` use the same ones.
    const secret = createHash('sha256').update(databaseUrl).digest('hex');
    const secrets = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: secret, ROLLCALL_PASSWORD_PEPPER: secret };
    const home = { HOME: this.directory };
    this.#env = removeBlankVariables({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...home, ...secrets, ...env });
  }

  /** Writes a file, and returns its name. */
  write(name: string, content: string | Buffer): string {
    writeFileSync(join(this.directory, name), content);
    return name;
  }

  /** Reads a file. */
  read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  /** Sends SIGTERM to the running command. */
  interrupt(): void {
    this.#interrupt();
  }

  /** A process in this directory. Its output is discarded unless streams are given. */
  host(argv: readonly string[] = [], streams: Partial<ProcessEnvironment> = {}): ProcessEnvironment {
    return {
      argv,
      env: this.#env,
      cwd: this.directory,
      pid: process.pid,
      nodeVersion: 'v20.0.0',
      stdin: Readable.from([]),
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
      onSignal: (signal, listener) => {
        if (signal === 'SIGINT') this.#interrupt = listener;
        return () => undefined;
      },
      ...streams,
    };
  }

  /** Runs `rollcall …`. */
  async run(argv: readonly string[], { onOutput, closesAfter = Infinity, stdin = '' }: RunOptions = {}): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    let writes = 0;
    const environment = this.host(argv, {
      stdin: Readable.from([stdin]),
      stdout: {
        write(text) {
          stdout += text;
          writes += 1;
          onOutput?.(text);
        },
        get writable() {
          return writes < closesAfter;
        },
      },
      stderr: {
        write(text) {
          stderr += text;
        },
      },
    });
    const exitCode = await runProgram(environment);
    return { exitCode, stdout, stderr };
  }

  /** Removes the directory. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
