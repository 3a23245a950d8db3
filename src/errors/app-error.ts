import { problems, type ErrorCode } from './codes.js';

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

const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** How a message begins that follows the name of a field; the others are sentences without a full stop. */
const predicate = /^(?:must|is|has|cannot|requires|contains|was) /;

/** One fault of a request as a sentence; several as their number, since `errors` lists them. */
const ofRequest = (errors: readonly { readonly path?: string; readonly message: string }[]): string => {
  const [first, second] = errors;
  if (first === undefined) return problems.validation_failed.detail;
  if (second !== undefined) return `The request contains ${counted(errors.length, 'invalid value')}; see errors.`;
  const { message } = first;
  if (message.endsWith('.')) return message;
  if (!predicate.test(message)) return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const path = first.path === undefined || first.path === '' ? 'The request body' : first.path;
  return `${path.length > 100 ? `${path.slice(0, 100)}…` : path} ${message}.`;
};

/**
 * The `detail` member of a problem (RFC 9457, 3.1.4): what the place of the error says, or else what the table says of
 * its code, with the faults or the time to wait.
 */
const detailOf = (code: ErrorCode, { detail, errors, retryAfterSeconds }: AppErrorOptions): string => {
  if (detail === undefined && errors !== undefined && code === 'validation_failed') return ofRequest(errors);
  if (detail === undefined && errors !== undefined && code === 'invalid_config') {
    return `The configuration contains ${counted(errors.length, 'error')}; nothing was changed.`;
  }
  const sentence = detail ?? problems[code].detail;
  return retryAfterSeconds === undefined
    ? sentence
    : `${sentence} Try again in ${counted(retryAfterSeconds, 'second')}.`;
};

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
