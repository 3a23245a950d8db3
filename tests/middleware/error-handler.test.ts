import { describe, expect, it } from 'vitest';
import { useTestApp, withoutRateLimits, type TestApp } from '../support/test-app.js';

let app: TestApp;
useTestApp((started) => (app = started), { settings: withoutRateLimits });

/** The response to a registration with unknown fields. */
const register = async (count: number): Promise<{ detail: string; errors: unknown[] }> => {
  const unknown = Object.fromEntries(Array.from({ length: count }, (_value, index) => [`x${String(index)}`, 1]));
  const body = { username: 'ada', password: 'seven lanterns over the bay', ...unknown };
  return (await app.send('POST', '/api/v1/auth/register', { body })).body as { detail: string; errors: unknown[] };
};

describe('the errors of a request', () => {
  it('are all listed up to 100', async () => {
    const { detail, errors } = await register(100);
    expect(errors).toHaveLength(100);
    expect(detail).toBe('The request contains 100 invalid values; see errors.');
  });

  it('are counted beyond 100, and the first ones are listed', async () => {
    const { detail, errors } = await register(9000);
    expect(errors).toHaveLength(100);
    expect(errors[0]).toMatchObject({ path: '/x0', code: 'unknown_field' });
    expect(detail).toBe('The request contains 9000 invalid values; only the first 100 are listed in errors.');
  });
});
