import { problems, type ErrorCode } from './codes.js';

/** An error in a request: its location (JSON pointer), a stable code, and a message. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** An error in the configuration: its key and file, a stable code, and a message. */
export interface SettingError {
  readonly key: string | null;
  readonly file: string | null;
  /** 1-based position of the value in the file. */
  readonly line?: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  /** A similar valid key or value. */
  readonly suggestion?: string;
}

/** Options for `AppError`. */
export interface AppErrorOptions {
  /** A sentence about this occurrence; by default, the general sentence of the code. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[] | readonly SettingError[];
  /** Seconds after which to retry; becomes `Retry-After` and `retry_after`. */
  readonly retryAfterSeconds?: number;
  /** Extra response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** How many errors of a request a response lists. Without a limit, a response could be several times as large as the request. */
export const maxListedErrors = 100;

const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The beginning of a message that follows the name of a field; other messages are sentences without a full stop. */
const predicate = /^(?:must|is|has|cannot|requires|contains|was) /;

/** A single error of a request as a sentence; several errors as their number, since `errors` lists them. */
const requestDetail = (errors: readonly { readonly path?: string; readonly message: string }[]): string => {
  const [first, second] = errors;
  if (first === undefined) return problems.validation_failed.detail;
  if (second !== undefined) {
    const place =
      errors.length > maxListedErrors ? `only the first ${String(maxListedErrors)} are listed in errors` : 'see errors';
    return `The request contains ${counted(errors.length, 'invalid value')}; ${place}.`;
  }
  const { message } = first;
  if (message.endsWith('.')) return message;
  if (!predicate.test(message)) return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const path = first.path === undefined || first.path === '' ? 'The request body' : first.path;
  return `${path.length > 100 ? `${path.slice(0, 100)}…` : path} ${message}.`;
};

/**
 * The `detail` member of a problem (RFC 9457, 3.1.4): the detail of this occurrence, or the general one of the code, with
 * the errors or the time to wait.
 */
const detailOf = (code: ErrorCode, { detail, errors, retryAfterSeconds }: AppErrorOptions): string => {
  if (detail === undefined && errors !== undefined && code === 'validation_failed') return requestDetail(errors);
  if (detail === undefined && errors !== undefined && code === 'invalid_config') {
    return `The configuration contains ${counted(errors.length, 'error')}; nothing was changed.`;
  }
  const sentence = detail ?? problems[code].detail;
  return retryAfterSeconds === undefined
    ? sentence
    : `${sentence} Try again in ${counted(retryAfterSeconds, 'second')}.`;
};

/** An error with a code and details that may be sent to the client. */
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
