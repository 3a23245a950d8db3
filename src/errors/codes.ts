/** A kind of error. */
interface Problem {
  /** The HTTP status. */
  readonly status: number;
  /** The kind of problem; the same for every occurrence (RFC 9457, 3.1.3). */
  readonly title: string;
  /** The default detail of an occurrence (RFC 9457, 3.1.4). */
  readonly detail: string;
}

const problem = <S extends number>(status: S, title: string, detail: string) => ({ status, title, detail });

/**
 * Every error code of the API. Codes are part of the HTTP contract: add, never rename.
 * The wire form is `application/problem+json` (RFC 9457) with `type` = `urn:rollcall:problem:<code>`.
 */
export const problems = {
  bad_request: problem(400, 'Bad request', 'The request line or the headers are invalid.'),
  malformed_json: problem(400, 'Malformed JSON', 'The request body is not valid JSON in UTF-8.'),
  bad_encoding: problem(
    400,
    'Invalid body encoding',
    'The request body does not match its Content-Encoding or Content-Length.',
  ),
  unauthorized: problem(
    401,
    'Authentication required',
    'This request needs an access token in the Authorization header.',
  ),
  invalid_token: problem(401, 'Invalid token', 'The access token is malformed, expired or revoked.'),
  invalid_credentials: problem(401, 'Invalid credentials', 'The username or password is incorrect.'),
  insufficient_user_authentication: problem(
    401,
    'Recent login required',
    'The last login was too long ago for this change; log in again.',
  ),
  invalid_refresh_token: problem(
    401,
    'Invalid refresh token',
    'The refresh token is unknown, expired, revoked or already used.',
  ),
  forbidden: problem(403, 'Forbidden', 'This request requires a permission that you do not have.'),
  wrong_password: problem(403, 'Wrong password', 'The current password is incorrect.'),
  registration_closed: problem(403, 'Registration closed', 'This server does not accept new accounts at the moment.'),
  not_found: problem(404, 'Not found', 'No resource exists at this path.'),
  api_version_disabled: problem(404, 'API version disabled', 'This version of the API is disabled on this server.'),
  method_not_allowed: problem(405, 'Method not allowed', 'This path does not support the method of the request.'),
  request_timeout: problem(408, 'Request timeout', 'The request did not arrive completely in time.'),
  username_taken: problem(409, 'Username taken', 'Another account already uses this username.'),
  already_verified: problem(
    409,
    'Email address already verified',
    'The email address of this account has already been verified.',
  ),
  no_email: problem(409, 'No email address', 'This account does not have an email address.'),
  last_admin: problem(
    409,
    'Cannot remove the last administrator',
    'This is the only active administrator; make another account an administrator first.',
  ),
  role_exists: problem(409, 'Role already exists', 'Another role already has this name.'),
  builtin_role: problem(409, 'Built-in roles cannot be modified', 'This role is built in.'),
  active_key: problem(
    409,
    'Cannot delete the active key',
    'This key signs new tokens; rotate the keys before you delete it.',
  ),
  role_in_use: problem(409, 'Role in use', 'At least one account has this role; remove it from all accounts first.'),
  email_taken: problem(409, 'Email address taken', 'Another account has already verified this email address.'),
  idempotency_key_reused: problem(
    409,
    'Idempotency key reused',
    'This Idempotency-Key has already been used for a different request.',
  ),
  idempotency_key_in_use: problem(
    409,
    'Idempotency key in use',
    'A request with this Idempotency-Key is still being processed.',
  ),
  confirmation_pending: problem(
    409,
    'Confirmation pending',
    'Another configuration change is waiting for confirmation; confirm or revert it first.',
  ),
  nothing_to_confirm: problem(
    409,
    'Nothing to confirm',
    'This configuration change is not waiting for confirmation: it was already confirmed or reverted, or does not exist.',
  ),
  mail_state_conflict: problem(
    409,
    'Email state conflict',
    'The current state of the email does not allow this; dead emails can be retried, queued and dead emails can be dropped.',
  ),
  precondition_failed: problem(
    412,
    'Precondition failed',
    'The resource does not meet the condition in If-Match or If-None-Match.',
  ),
  payload_too_large: problem(413, 'Request body too large', 'The request body exceeds the limit of this server.'),
  unsupported_media_type: problem(415, 'Unsupported media type', 'The body must be application/json in UTF-8.'),
  expectation_failed: problem(417, 'Expectation failed', 'The only supported expectation is 100-continue.'),
  validation_failed: problem(422, 'Validation failed', 'The request contains invalid values; see errors.'),
  invalid_config: problem(
    422,
    'Invalid configuration',
    'The configuration contains errors; nothing was changed. See errors.',
  ),
  precondition_required: problem(
    428,
    'Precondition required',
    'This request must have an If-Match header with the ETag of the resource.',
  ),
  rate_limited: problem(429, 'Too many requests', 'The request limit for this address has been reached.'),
  too_many_attempts: problem(429, 'Too many attempts', 'There have been too many failed attempts.'),
  headers_too_large: problem(
    431,
    'Request headers too large',
    'The request line and the headers together exceed the limit of this server.',
  ),
  internal_error: problem(
    500,
    'Internal server error',
    'An unexpected error occurred; include the request ID when you report it.',
  ),
  cache_disabled: problem(503, 'Cache disabled', 'There is nothing to flush: cache.enabled is false.'),
  overloaded: problem(503, 'Server overloaded', 'Too many requests that hash a password are waiting.'),
  service_unavailable: problem(503, 'Service unavailable', 'The service cannot process this request at the moment.'),
  maintenance: problem(503, 'Under maintenance', 'The service is under maintenance.'),
} as const satisfies Record<string, Problem>;

/** A code of the table above. */
export type ErrorCode = keyof typeof problems;
