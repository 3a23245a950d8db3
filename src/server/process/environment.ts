/** What a process lends to the service: everything that `main.ts` takes from it, so that nothing else has to. */
export interface ProcessEnvironment {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Of the process, for people who look for it. */
  readonly pid: number;
  readonly nodeVersion: string;
  /** Threads of libuv's pool; Node's default if absent. */
  readonly threadPoolSize?: number;
  readonly stdin: AsyncIterable<Buffer | string> & { readonly isTTY?: boolean };
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    /** False once nobody reads it any more. */
    readonly writable?: boolean;
  };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Calls back at each signal; the result takes the listener away. */
  onSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', listener: () => void): () => void;
}

/**
 * Exit codes of the command: done; failed, or used wrongly; the configuration is invalid; a comparison or check has found
 * something, such as a pending migration.
 */
export const exitCodes = { ok: 0, failed: 1, badConfiguration: 2, differs: 3 } as const;

/** What `--json` says about an error, besides its message. */
export interface CommandErrorOptions {
  /** A stable code in snake_case; `failed` or `invalid_config` if absent, by the exit code. */
  readonly code?: string;
  readonly details?: unknown;
}

/** A start or a command that cannot succeed, with the one line that the operator needs. */
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
