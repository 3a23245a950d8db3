import { describe, expect, it } from 'vitest';
import { countStatistics } from '../../src/middleware/statistics.js';
import type { Statistics } from '../../src/models/statistics.js';

/** What is counted for a response. */
const countedFor = async (method: string, status: number, state: object): Promise<string[]> => {
  const counted: string[] = [];
  const statistics = { count: (event: string) => counted.push(event) } as unknown as Statistics;
  const ctx = { method, status, state } as never;
  await countStatistics({ statistics })(ctx, () => Promise.resolve());
  return counted;
};

describe('countStatistics', () => {
  it.each([
    ['no login, which is counted in its transaction', 'POST', 200, { route: '/api/v1/auth/login' }, []],
    [
      'no failed login that is stored',
      'POST',
      401,
      { route: '/api/v1/auth/login', problemCode: 'invalid_credentials', hasStoredFailure: true },
      [],
    ],
    [
      'an invalid login link',
      'POST',
      401,
      { route: '/api/v1/auth/magic-link/consume', problemCode: 'invalid_token' },
      ['failures'],
    ],
    [
      'too many attempts at the console',
      'POST',
      429,
      { route: '/console/session', problemCode: 'too_many_attempts' },
      ['failures'],
    ],
    ['too many attempts', 'POST', 429, { route: '/api/v1/auth/login', problemCode: 'too_many_attempts' }, ['failures']],
    ['an invalid body', 'POST', 422, { route: '/api/v1/auth/login', problemCode: 'validation_failed' }, []],
    ['an error of the service', 'GET', 500, { route: '/api/v1/greet', problemCode: 'internal_error' }, ['errors_5xx']],
    ['maintenance', 'GET', 503, { route: '/api/v1/greet', problemCode: 'maintenance' }, []],
    ['a health route', 'GET', 503, { route: '/api/ready' }, []],
  ])('counts %s', async (_name, method, status, state, expected) => {
    expect(await countedFor(method, status, state)).toEqual(expected);
  });
});
