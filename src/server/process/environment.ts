/** The parts of `process` that the service uses. Only `main.ts` accesses `process` itself. */
export interface ProcessEnvironment {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Process id, shown to operators. */
  readonly pid: number;
  readonly nodeVersion: string;
  /** Size of libuv's thread pool; Node's default if undefined. */
  readonly threadPoolSize?: number;
  readonly stdin: AsyncIterable<Buffer | string> & { readonly isTTY?: boolean };
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    /** False when the reader has closed the pipe. */
    readonly writable?: boolean;
  };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Adds a listener for a signal; returns a function that removes it. */
  onSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', listener: () => void): () => void;
}

/**
 * Exit codes: success; failure or usage error; invalid configuration, or incorrect usage of a command that calls the API; a check
 * found differences, such as a pending migration. The commands that validate a configuration (`config check`, `diff`, `reload`, `rollback`) fail with `failed` for an
 * invalid one: its errors are their result.
 */
export const exitCodes = { ok: 0, failed: 1, badConfiguration: 2, usage: 2, differs: 3 } as const;

/** Facts about an error for `--json`. */
export interface CommandErrorOptions {
  /** A stable code in snake_case. Default: `invalid_config` or `failed`, depending on the exit code. */
  readonly code?: string;
  readonly details?: unknown;
}

/** A command failed. The message is one line for the operator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly details: unknown;

  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
    { code, details }: CommandErrorOptions = {},
  ) {
    super(message);
    this.code = code ?? (exitCode === exitCodes.badConfiguration ? 'invalid_config' : 'failed');
    this.details = details;
  }
}
