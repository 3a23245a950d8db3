import { describe, expect, it } from 'vitest';
import { createTestUser } from '../../features/support/accounts/test-user.js';
import { ApiResponse } from '../../features/support/http/api-response.js';
import type { Exchange } from '../../features/support/run/exchange.js';
import { Senders } from '../../features/support/run/senders.js';

interface Sent {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly received?: unknown;
  readonly cookie?: string;
}

const exchange = ({ as, headers = {}, body, received, cookie }: Sent): Exchange => ({
  request: {
    ...{ url: 'http://127.0.0.1', method: 'POST', path: '/x', headers: Object.entries(headers) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  },
  response: new ApiResponse({
    ...{ method: 'POST', path: '/x', status: 200, text: received === undefined ? '' : JSON.stringify(received) },
    headers: new Headers({
      'Content-Type': 'application/json',
      ...(cookie !== undefined && { 'Set-Cookie': `rollcall_console=${cookie}; HttpOnly` }),
    }),
  }),
  ...(as !== undefined && { as }),
  ...{ ms: 1, sentAt: new Date(0) },
});

const sendersOf = (...sent: readonly Sent[]): string[] => {
  const senders = new Senders([createTestUser('Ada'), { ...createTestUser('Grace'), email: 'grace@example.org' }]);
  return sent.map((each) => senders.next(exchange(each)));
};

const login = {
  body: { username: 'ADA' },
  received: { access_token: 't1', refresh_token: 'r1', user: { username: 'ada' } },
};

describe('the sender of a request', () => {
  it('is the user whose token a step has sent', () => {
    expect(sendersOf({ as: 'Ada' })).toEqual(['Ada']);
  });

  it('is the user to whom the token in the header was issued, also after a refresh', () => {
    expect(
      sendersOf(
        login,
        { headers: { Authorization: 'Bearer t1' } },
        { body: { refresh_token: 'r1' }, received: { access_token: 't2' } },
        { headers: { authorization: 'Bearer t2' } },
      ),
    ).toEqual(['anonymous, for Ada', 'Ada', 'anonymous, for Ada', 'Ada']);
  });

  it('is the user to whom the cookie of the console was issued', () => {
    expect(
      sendersOf({ body: { username: 'ada' }, cookie: 'c1' }, { headers: { Cookie: 'rollcall_console=c1' } }),
    ).toEqual(['anonymous, for Ada', 'Ada']);
  });

  it('is anonymous without credentials, for the user that the body names', () => {
    expect(sendersOf({}, { body: { email: 'grace@example.org' } }, { body: { username: 'nobody' } })).toEqual([
      ...['anonymous', 'anonymous, for Grace', 'anonymous'],
    ]);
  });

  it('is unknown with credentials that were not issued', () => {
    expect(sendersOf(login, { headers: { Authorization: 'Bearer other' } })).toEqual([
      ...['anonymous, for Ada', 'unknown credentials'],
    ]);
  });
});
