import { toAppError } from '../database/classify-error.js';
import { AppError, maxListedErrors } from '../errors/app-error.js';
import { problems } from '../errors/codes.js';
import type { ApiContext, Middleware } from './context.js';
import { loggedPath } from './logged-path.js';

/** All errors of a configuration, whose number is limited, and the first ones of a request. */
const listedErrors = ({ code, errors = [] }: AppError): readonly unknown[] =>
  code === 'validation_failed' ? errors.slice(0, maxListedErrors) : errors;

/** The RFC 9457 problem details of an error. They never contain database messages, stack traces or file paths. */
const problemBody = (error: AppError, ctx: ApiContext): Record<string, unknown> => ({
  type: `urn:rollcall:problem:${error.code}`,
  title: problems[error.code].title,
  status: error.status,
  detail: error.detail,
  instance: ctx.state.settings.server.basePath + loggedPath(ctx.path),
  code: error.code,
  request_id: ctx.state.requestMetadata.requestId,
  ...(error.errors && { errors: listedErrors(error) }),
  ...(error.retryAfterSeconds !== undefined && { retry_after: error.retryAfterSeconds }),
});

/** RFC 6750, 3: the challenge names an error only when a token was sent. */
const challenge = (error: AppError): string =>
  error.code === 'invalid_token' ? 'Bearer error="invalid_token"' : 'Bearer';

const known = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  return toAppError(error) ?? new AppError('internal_error', { cause: error });
};

/** The message of an outage is enough: a stack for each failed request would add nothing. */
const loggedCause = ({ status, cause }: AppError): unknown =>
  status === 503 && cause instanceof Error ? { type: cause.name, message: cause.message } : cause;

/** Converts errors to `application/problem+json` responses. The cause of a 5xx appears only in the log. */
export const errorHandler = (): Middleware =>
  async function errorHandler(ctx, next) {
    try {
      await next();
    } catch (thrown) {
      const error = known(thrown);
      // Maintenance is intended by the operator, so it is not logged as a failure.
      if (error.status >= 500 && error.code !== 'maintenance') {
        const facts = { code: error.code, ...(error.cause !== undefined && { err: loggedCause(error) }) };
        ctx.state.log[error.status === 500 ? 'error' : 'warn'](
          { event: 'http.request_failed', ...facts },
          'request failed',
        );
      }
      ctx.state.problemCode = error.code;
      ctx.status = error.status;
      ctx.set({ 'Cache-Control': 'no-store', ...error.headers });
      if (error.status === 401 && error.headers['WWW-Authenticate'] === undefined) {
        ctx.set('WWW-Authenticate', challenge(error));
      }
      if (error.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(error.retryAfterSeconds));
      ctx.body = problemBody(error, ctx);
      ctx.type = 'application/problem+json; charset=utf-8';
    }
  };
