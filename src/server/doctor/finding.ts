import type { Clock } from '../../clock.js';
import type { Settings } from '../../config/schema/schema.js';

/** The result of one check. */
export interface Finding {
  /** A stable name, such as `database` or `file_permissions`. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly message: string;
  /** How to fix it. */
  readonly fix?: string;
}

/** The configuration to check, with its files and servers. */
export interface CheckContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeEnv: string;
  readonly dataDir: string;
  readonly configDirectory: string;
  readonly clock: Clock;
  /** Null if the configuration is invalid; dependent checks are then skipped. */
  readonly settings: Settings | null;
  /** Errors of the configuration, one line each. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Keys that take effect after a restart of the running service. */
  readonly pendingRestart: readonly string[];
  /** Secrets that are required in production and not set. */
  readonly missingSecrets: readonly string[];
}

/** A passed check. */
export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });

/** A check with a warning. */
export const warn = (check: string, message: string, fix?: string): Finding => ({
  ...{ check, status: 'warn', message },
  ...(fix !== undefined && { fix }),
});

/** A failed check. */
export const fail = (check: string, message: string, fix?: string): Finding => ({
  ...{ check, status: 'fail', message },
  ...(fix !== undefined && { fix }),
});

/** A check that could not run. */
export const skipped = (check: string, message: string): Finding => ({ check, status: 'skipped', message });

/** The code of a system error. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
