import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors/app-error.js';
import { problems, type ErrorCode } from '../../src/errors/codes.js';
import { invalidLink } from '../../src/errors/invalid-link.js';
import { notFound } from '../../src/errors/not-found.js';

/** The reviewed title of every code. A title names the kind of problem and is the same for each occurrence. */
const titles: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'Bad request',
  malformed_json: 'Malformed JSON',
  bad_encoding: 'Invalid body encoding',
  unauthorized: 'Authentication required',
  invalid_token: 'Invalid token',
  invalid_credentials: 'Invalid credentials',
  insufficient_user_authentication: 'Recent login required',
  invalid_refresh_token: 'Invalid refresh token',
  forbidden: 'Forbidden',
  wrong_password: 'Wrong password',
  registration_closed: 'Registration closed',
  not_found: 'Not found',
  api_version_disabled: 'API version disabled',
  method_not_allowed: 'Method not allowed',
  request_timeout: 'Request timeout',
  username_taken: 'Username taken',
  already_verified: 'Email address already verified',
  no_email: 'No email address',
  last_admin: 'Cannot remove the last administrator',
  mail_state_conflict: 'Email state conflict',
  role_exists: 'Role already exists',
  builtin_role: 'Built-in roles cannot be modified',
  active_key: 'Cannot delete the active key',
  role_in_use: 'Role in use',
  email_taken: 'Email address taken',
  idempotency_key_reused: 'Idempotency key reused',
  idempotency_key_in_use: 'Idempotency key in use',
  precondition_failed: 'Precondition failed',
  confirmation_pending: 'Confirmation pending',
  nothing_to_confirm: 'Nothing to confirm',
  precondition_required: 'Precondition required',
  payload_too_large: 'Request body too large',
  unsupported_media_type: 'Unsupported media type',
  expectation_failed: 'Expectation failed',
  validation_failed: 'Validation failed',
  invalid_config: 'Invalid configuration',
  rate_limited: 'Too many requests',
  too_many_attempts: 'Too many attempts',
  headers_too_large: 'Request headers too large',
  internal_error: 'Internal server error',
  cache_disabled: 'Cache disabled',
  overloaded: 'Server overloaded',
  service_unavailable: 'Service unavailable',
  maintenance: 'Under maintenance',
};

const codes = Object.keys(problems) as ErrorCode[];

const sentence = /^[A-Z/$].*\.$/s;

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

/** Every place in `src` that creates an error, with the text up to the end of its statement. */
const places = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/new AppError\(\s*'(?<code>\w+)'(?<rest>[\s\S]{0,400}?)\)(?=[;,)\n])/g)].map(({ groups }) => ({
    file,
    code: groups?.['code'] ?? '',
    rest: groups?.['rest'] ?? '',
  })),
);

describe('every error code', () => {
  it('has its reviewed title', () => {
    expect(Object.fromEntries(codes.map((code) => [code, problems[code].title]))).toEqual(titles);
  });

  it.each(codes)('%s has a specific detail, which is a sentence', (code) => {
    const { detail } = new AppError(code);
    expect(detail).toMatch(sentence);
    expect(detail.replace(/\.$/, '').toLowerCase()).not.toBe(problems[code].title.toLowerCase());
  });
});

describe('the places that create errors', () => {
  it('are found', () => {
    expect(places.length).toBeGreaterThan(60);
    for (const { code } of places) expect(codes).toContain(code);
  });

  it('write each detail as a sentence that is not the title', () => {
    const details = sources.flatMap(({ text }) =>
      [...text.matchAll(/\bdetail(?:: | = )(['`])((?:(?!\1).)+)\1/g)].map((match) => match[2] ?? ''),
    );
    expect(details.length).toBeGreaterThan(15);
    const known = new Set(Object.values(titles).map((title) => title.toLowerCase()));
    for (const detail of details) {
      expect(detail).toMatch(sentence);
      expect(known).not.toContain(detail.replace(/\.$/, '').toLowerCase());
    }
  });

  it('say what does not exist', () => {
    const bare = places.filter(({ code, rest }) => code === 'not_found' && !rest.includes('detail'));
    expect(bare.map(({ file }) => file)).toEqual(['routes/index.ts']);
  });

  it('name the error that was found in the request line', () => {
    const bare = places.filter(({ code, rest }) => code === 'bad_request' && !rest.includes('detail'));
    expect(bare).toEqual([]);
  });
});

describe('the detail', () => {
  const errors = (...found: [string, string][]) => found.map(([path, message]) => ({ path, code: 'invalid', message }));

  it.each([
    [errors(['/limit', 'must be between 1 and 100']), '/limit must be between 1 and 100.'],
    [errors(['', 'must be an object']), 'The request body must be an object.'],
    [errors(['/username', 'either username or email is required']), 'Either username or email is required.'],
    [errors(['/password', 'The password is too short.']), 'The password is too short.'],
    [errors(['/a', 'is required'], ['/b', 'is required']), 'The request contains 2 invalid values; see errors.'],
  ])('of invalid values names the error: %j', (found, expected) => {
    expect(new AppError('validation_failed', { errors: found }).detail).toBe(expected);
  });

  it('of an invalid configuration counts the errors', () => {
    const fault = { key: 'docs.enabled', file: 'local.yaml', code: 'wrong_type', message: 'must be true or false' };
    const { detail } = new AppError('invalid_config', { errors: [fault] });
    expect(detail).toBe('The configuration contains 1 error; nothing was changed.');
  });

  it('says when to try again', () => {
    const { detail } = new AppError('rate_limited', { retryAfterSeconds: 12 });
    expect(detail).toBe('The request limit for this address has been reached. Try again in 12 seconds.');
  });

  it.each([
    [
      'user with ID',
      '0199c6a2-7b1e-7c3a-9d52-1f2e3d4c5b6a',
      'No user with ID 0199c6a2-7b1e-7c3a-9d52-1f2e3d4c5b6a exists.',
    ],
    ['revision', '9999', 'Revision 9999 does not exist.'],
    ['role', 'x'.repeat(100), 'No such role exists.'],
    ['role', '<script>', 'No such role exists.'],
    ['user with ID', '\u0007', 'No such user exists.'],
  ])('of a missing %s %j repeats only plain names', (kind, name, expected) => {
    expect(notFound(kind, name).detail).toBe(expected);
  });

  it('of a link names the kind of link', () => {
    const error = invalidLink('login link');
    expect(error.code).toBe('invalid_token');
    expect(error.detail).toBe('The login link is unknown, expired or already used.');
  });
});
