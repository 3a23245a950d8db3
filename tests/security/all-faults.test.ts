import { describe, expect, it } from 'vitest';
import { tokenFromMail } from '../support/mailbox.js';
import { accessToken, registerUser } from '../support/registered-users.js';
import { withoutRateLimits, useTestApp, type TestResponse, type TestApp } from '../support/test-app.js';

let app: TestApp;
useTestApp((started) => (app = started), { settings: withoutRateLimits });

const errorsOf = ({ status, body }: TestResponse): string[] => [
  String(status),
  ...((body as { errors?: { path: string; code: string }[] }).errors ?? []).map(({ path, code }) => `${path} ${code}`),
];
const register = async (body: object): Promise<string[]> =>
  errorsOf(await app.send('POST', '/api/v1/auth/register', { body }));

describe('registration', () => {
  it.each([
    [
      { username: 'ada', password: 'tiny fox', email: 'nope', extra: 1 },
      ['/email invalid_format', '/extra unknown_field', '/password too_short'],
    ],
    [{ username: 'a b!', password: 'tiny fox' }, ['/password too_short', '/username invalid_format']],
    [
      { username: 'lovelace!', password: 'I am lovelace! of London', x: 1 },
      ['/password contains_username', '/username invalid_format', '/x unknown_field'],
    ],
    [
      { username: 'ada', email: 'lovelace@', password: 'here is lovelace of London' },
      ['/email invalid_format', '/password contains_email'],
    ],
    [{ username: 'ada', email: 'e', password: 'seven lanterns over the bay' }, ['/email invalid_format']],
    [{ username: 'ada', email: '', password: 'seven lanterns over the bay' }, ['/email invalid_format']],
    [
      { username: 7, email: [], password: 'rollcall' },
      ['/email wrong_type', '/password contains_service_name', '/password too_short', '/username wrong_type'],
    ],
    [
      { username: 'ada', password: 'NUL \u0000', x: 1 },
      ['/password nul_character', '/password too_short', '/x unknown_field'],
    ],
    [{ username: 'ada', password: 7, x: 1 }, ['/password wrong_type', '/x unknown_field']],
    [{ x: 1 }, ['/password required', '/username required', '/x unknown_field']],
    [{ username: 'x'.repeat(90_000), password: 'x' }, ['/password too_short', '/username too_long']],
    [
      { username: 'a!', password: 'seven lanterns over the bay', x: 1 },
      ['/username invalid_format', '/username too_short', '/x unknown_field'],
    ],
    [{ username: '', password: 'seven lanterns over the bay' }, ['/username too_short']],
    [[], ['  wrong_type'.trim()]],
  ])('reports the errors of the schema and of the password policy together: %o', async (body, expected) => {
    const [status, ...found] = await register(body);
    expect(status).toBe('422');
    expect(found.map((each) => each.trim()).sort()).toEqual(expected);
  });
});

describe('a new password', () => {
  it('of the current user is checked against the names of the account, in addition to the schema', async () => {
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    const body = { current_password: 7, new_password: user.username, extra: 1 };
    expect(errorsOf(await app.send('PUT', '/api/v1/users/me/password', { token, body })).sort()).toEqual([
      '/current_password wrong_type',
      '/extra unknown_field',
      '/new_password contains_email',
      '/new_password contains_username',
      '/new_password too_short',
      '422',
    ]);
  });

  it('of a reset is checked even if the token is invalid', async () => {
    const send = async (body: object): Promise<string[]> =>
      errorsOf(await app.send('POST', '/api/v1/auth/password-reset/complete', { body }));
    expect(await send({ token: 'none', new_password: 'tiny fox' })).toEqual(['422', '/new_password too_short']);
    expect((await send({ new_password: 'tiny fox', extra: 1 })).sort()).toEqual([
      '/extra unknown_field',
      '/new_password too_short',
      '/token required',
      '422',
    ]);
    expect(await send({ token: 'none', new_password: 'seven lanterns over the bay' })).toEqual(['401']);
  });

  it('of a reset is checked with the names of the account that the token belongs to', async () => {
    const user = await registerUser(app);
    await app.send('POST', '/api/v1/auth/password-reset/request', { body: { username: user.username } });
    const token = await tokenFromMail(app);
    const send = async (body: object): Promise<string[]> =>
      errorsOf(await app.send('POST', '/api/v1/auth/password-reset/complete', { body })).sort();
    const named = ['/new_password contains_email', '/new_password contains_username', '/new_password too_short'];
    expect(await send({ token, new_password: user.username })).toEqual([...named, '422']);
    const withExtra = ['/extra unknown_field', ...named, '422'];
    expect(await send({ token, new_password: user.username, extra: 1 })).toEqual(withExtra);
    const body = { token, new_password: 'seven lanterns over the bay' };
    expect((await app.send('POST', '/api/v1/auth/password-reset/complete', { body })).status).toBe(204);
    expect(await send({ token, new_password: user.username, extra: 1 })).toEqual([
      '/extra unknown_field',
      '/new_password too_short',
      '422',
    ]);
  });
});

describe('the current password', () => {
  const send = async (method: string, path: string, body: object): Promise<string[]> => {
    const token = await accessToken(app, await registerUser(app));
    return errorsOf(await app.send(method, `/api/v1/users/me${path}`, { token, body })).sort();
  };

  it.each([
    ['PUT', '/password', { new_password: 'tiny fox' }, ['/current_password required', '/new_password too_short']],
    ['PUT', '/password', { x: 1 }, ['/current_password required', '/new_password required', '/x unknown_field']],
    ['PATCH', '', { email: 'nope' }, ['/current_password required', '/email invalid_format']],
    ['PATCH', '', { email: 'a@example.org', x: 1 }, ['/current_password required', '/x unknown_field']],
    ['PATCH', '', { x: 1 }, ['/x unknown_field']],
    ['PATCH', '', { email: 'nope', current_password: 7 }, ['/current_password wrong_type', '/email invalid_format']],
    ['DELETE', '', { x: 1 }, ['/password required', '/x unknown_field']],
    ['POST', '/delete', { x: 1 }, ['/password required', '/x unknown_field']],
  ])('is reported as missing with the other errors: %s %s %o', async (method, path, body, expected) => {
    expect(await send(method, path, body)).toEqual([...expected, '422']);
  });
});

describe('metadata', () => {
  it('is rejected with all its errors', async () => {
    const token = await accessToken(app, await registerUser(app));
    const metadata = { a: '\u0000', b: { c: ['\ud800', 1e21, 'fine'] }, constructor: 1, 'd\n': 2 };
    const response = await app.send('PATCH', '/api/v1/users/me', { token, body: { metadata } });
    expect(errorsOf(response)).toEqual([
      '422',
      '/metadata/a control_character',
      '/metadata/b/c/0 lone_surrogate',
      '/metadata/b/c/1 number_out_of_range',
      '/metadata/constructor unknown_field',
      '/metadata/d\n control_character',
    ]);
  });
});
