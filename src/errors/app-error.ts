import { problems, type ErrorCode } from './codes.js';
import { detailOf } from './detail.js';

/** One fault in a request: where it is (JSON pointer), a stable code, and a sentence. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** One fault in a configuration: the key, where it is stated, a stable code, and a sentence. */
export interface SettingError {
  readonly key: string | null;
  readonly file: string | null;
  /** Where the value is written in the file, from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** What an error may carry besides its code. */
export interface AppErrorOptions {
  /** What happened in this case, as a sentence; without it, the general sentence of the code. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[] | readonly SettingError[];
  /** Seconds after which a retry makes sense; becomes `Retry-After` and `retry_after`. */
  readonly retryAfterSeconds?: number;
  /** Extra response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error class of the service: a code of the table, and what the caller may know about it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[] | readonly SettingError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    const detail = detailOf(code, options);
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = problems[code].status;
    this.detail = detail;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }
}
