/** One row of the table of errors: the HTTP status and the human title of a code. */
interface Problem {
  readonly status: number;
  readonly title: string;
}

/**
 * Every error code that the service can answer with. Codes are part of the HTTP contract: add, never rename.
 * The wire form is `application/problem+json` (RFC 9457) with `type` = `urn:rollcall:problem:<code>`.
 */
export const problems = {
  bad_request: { status: 400, title: 'Bad request' },
  malformed_json: { status: 400, title: 'Malformed JSON' },
  bad_encoding: { status: 400, title: 'The body does not match its declared encoding or length' },
  unauthorized: { status: 401, title: 'Authentication required' },
  invalid_token: { status: 401, title: 'Invalid token' },
  invalid_credentials: { status: 401, title: 'Invalid credentials' },
  insufficient_user_authentication: { status: 401, title: 'A more recent sign-in is required' },
  invalid_refresh_token: { status: 401, title: 'Invalid refresh token' },
  forbidden: { status: 403, title: 'Forbidden' },
  wrong_password: { status: 403, title: 'Wrong password' },
  registration_closed: { status: 403, title: 'Registration is closed' },
  not_found: { status: 404, title: 'Not found' },
  api_version_disabled: { status: 404, title: 'This API version is disabled' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  username_taken: { status: 409, title: 'Username taken' },
  already_verified: { status: 409, title: 'The address is verified already' },
  no_email: { status: 409, title: 'The account has no e-mail address' },
  last_admin: { status: 409, title: 'The last administrator stays' },
  role_exists: { status: 409, title: 'The role exists already' },
  builtin_role: { status: 409, title: 'A built-in role stays as it is' },
  active_key: { status: 409, title: 'The active key stays' },
  role_in_use: { status: 409, title: 'The role is in use' },
  email_taken: { status: 409, title: 'E-mail address taken' },
  idempotency_key_reused: { status: 409, title: 'Idempotency key reused with another body' },
  idempotency_key_in_use: { status: 409, title: 'A request with this idempotency key is under way' },
  precondition_failed: { status: 412, title: 'Precondition failed' },
  payload_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  expectation_failed: { status: 417, title: 'Expectation failed' },
  validation_failed: { status: 422, title: 'Validation failed' },
  invalid_config: { status: 422, title: 'The configuration is refused' },
  rate_limited: { status: 429, title: 'Too many requests' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  headers_too_large: { status: 431, title: 'Request headers too large' },
  internal_error: { status: 500, title: 'Internal error' },
  cache_disabled: { status: 503, title: 'The cache is switched off' },
  overloaded: { status: 503, title: 'Overloaded' },
  service_unavailable: { status: 503, title: 'Service unavailable' },
  maintenance: { status: 503, title: 'Under maintenance' },
} as const satisfies Record<string, Problem>;

/** A code of the table above. */
export type ErrorCode = keyof typeof problems;
