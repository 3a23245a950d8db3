import { systemClock } from '../../clock.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { askService } from '../service/client.js';
import { issueLine } from '../service/issue-line.js';
import { readCredentials, writeCredentials, type Credentials } from './credentials.js';

/** Options of every command that calls the API. */
export interface ApiOptions {
  /** Base URL of the service. */
  readonly url?: string;
}

/** A request to the API. */
export interface ApiRequest extends ApiOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the base URL. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the error if the service may have received the request but its response was lost. */
  readonly ifLost?: string;
}

/** A successful response. */
export interface ApiResponse<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string | null;
}

/** A problem document (RFC 9457). */
interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly object[];
}

/** The tokens of a login or a refresh. */
export interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** Time limit for a response, in milliseconds. */
const timeoutMs = 30_000;

/** An access token is renewed this long before it expires, in milliseconds. */
const marginMs = 10_000;

const notLoggedIn = (message: string): CommandError => new CommandError(message, undefined, { code: 'not_logged_in' });

/** An error in a field of the request is named by the option that sets it, one in a setting by its key. */
const lineOf = (issue: object): string => {
  if (!('path' in issue && 'message' in issue)) return issueLine(issue);
  const field = String(issue.path).split('/').at(-1) ?? '';
  return `--${field.replaceAll('_', '-')}: ${String(issue.message)}`;
};

const rejection = ({
  code = 'failed',
  title = 'the service rejected the request',
  detail,
  errors = [],
}: Problem): CommandError =>
  // The detail of a validation error repeats the first field.
  new CommandError(
    [...(code === 'validation_failed' && errors.length > 0 ? [] : [detail ?? title]), ...errors.map(lineOf)].join('\n'),
    undefined,
    {
      code,
      ...(errors.length > 0 && { details: errors }),
    },
  );

/** Whether the cause of a failed `fetch` shows that no connection was made. */
const hasNoConnection = (cause: unknown): boolean => {
  const { code, syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  const codes = ['ECONNREFUSED', 'ERR_INVALID_URL', 'UND_ERR_CONNECT_TIMEOUT'];
  return syscall === 'connect' || syscall === 'getaddrinfo' || codes.includes(code ?? '');
};

/**
 * Sends a request without a login.
 * @param url base URL
 * @throws {CommandError} when the service is not reachable or rejects the request
 */
export const send = async <T>(url: string, request: ApiRequest, token?: string): Promise<ApiResponse<T>> => {
  const { method, path, body, headers } = request;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    const { cause, message } = error instanceof Error ? error : { cause: undefined, message: String(error) };
    const reason = cause instanceof Error ? cause.message : message;
    const text =
      request.ifLost === undefined || hasNoConnection(cause)
        ? `the service is not reachable at ${url}: ${reason}`
        : `no response from ${url}: ${reason}; ${request.ifLost}`;
    throw new CommandError(text, undefined, { code: 'service_unreachable' });
  }
  const isJson = /^application\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '');
  const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  if (!response.ok) {
    throw isJson
      ? rejection(parsed as Problem)
      : rejection({ detail: `${url} responded with ${String(response.status)}.` });
  }
  return { status: response.status, body: parsed as T, etag: response.headers.get('etag') };
};

/** The login that tokens belong to. */
export const credentialsOf = (url: string, tokens: TokenResponse): Credentials => ({
  url,
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  expiresAtMs: systemClock.now().getTime() + tokens.expires_in * 1000,
});

/** The URL of the service that runs here. @throws {CommandError} if there is none */
export const urlOfService = async (environment: ProcessEnvironment): Promise<string> => {
  const asked = await askService<{ readonly url: string | null }>(environment, { path: '/status' });
  if (asked.reached && asked.body.url?.startsWith('http') === true) return asked.body.url;
  const reason = asked.reached ? 'it listens on a Unix socket' : asked.reason;
  throw new CommandError(`no service was found here (${reason}); use --url`, undefined, {
    code: 'service_unreachable',
  });
};

const renewed = async (environment: ProcessEnvironment, stored: Credentials): Promise<Credentials> => {
  const body = { refresh_token: stored.refreshToken };
  const request: ApiRequest = { method: 'POST', path: '/api/v1/auth/refresh', body };
  const response = await send<TokenResponse>(stored.url, request).catch((error: unknown) => {
    if (!(error instanceof CommandError) || error.code !== 'invalid_refresh_token') throw error;
    throw notLoggedIn('the session has ended; run `rollcall login`');
  });
  const next = credentialsOf(stored.url, response.body);
  writeCredentials(environment, next);
  return next;
};

/** The base URL and the token of a request: those of ROLLCALL_TOKEN, otherwise of `rollcall login`. */
const access = async (
  environment: ProcessEnvironment,
  given: string | undefined,
): Promise<{ readonly url: string; readonly token: string }> => {
  const token = environment.env['ROLLCALL_TOKEN'];
  const stored = readCredentials(environment);
  if (token !== undefined) {
    return { url: given ?? stored?.url ?? (await urlOfService(environment)), token };
  }
  if (stored === undefined) throw notLoggedIn('not logged in; run `rollcall login` or set ROLLCALL_TOKEN');
  // A token is only sent to the service that issued it.
  if (given !== undefined && given.replace(/\/+$/, '') !== stored.url) {
    throw notLoggedIn(`not logged in to ${given}; run \`rollcall login --url ${given}\``);
  }
  const isFresh = stored.expiresAtMs - marginMs > systemClock.now().getTime();
  return { url: stored.url, token: (isFresh ? stored : await renewed(environment, stored)).accessToken };
};

/**
 * Calls the API with the login of the user.
 * @throws {CommandError} without a login, or when the service is not reachable or rejects the request
 */
export const callApi = async <T>(environment: ProcessEnvironment, request: ApiRequest): Promise<ApiResponse<T>> => {
  const { url, token } = await access(environment, request.url);
  return send<T>(url, request, token);
};
