import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accessToken, logIn, registerUser } from '../support/registered-users.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
useTestApp((started) => (app = started), { settings: withoutRateLimits });
afterEach(() => vi.restoreAllMocks());

describe('password settings of a request', () => {
  it('hashes again at the cost with which the request began', async () => {
    await app.configure({ ...withoutRateLimits, password: { bcryptCost: 12 } });
    const user = await registerUser(app);
    const users = app.services.db.knex('users').where({ username: user.username });
    await users.clone().update({ password_hash: await bcrypt.hash(user.password, 4) });
    const { passwords } = app.services;
    const verify = passwords.verify.bind(passwords);
    vi.spyOn(passwords, 'verify').mockImplementationOnce(async (...args) => {
      const result = await verify(...args);
      await app.configure({ ...withoutRateLimits, password: { bcryptCost: 14 } });
      return result;
    });
    expect((await logIn(app, user.username, user.password)).status).toBe(200);
    expect(app.services.config.current.password.bcryptCost).toBe(14);
    expect(await users.clone().pluck<string[]>('password_hash')).toEqual([expect.stringContaining('$2b$04$')]);
  });

  it('checks a new password by the policy with which the request began', async () => {
    await app.configure({ ...withoutRateLimits, password: { minLength: 15 } });
    const user = await registerUser(app);
    const token = await accessToken(app, user);
    const { db } = app.services;
    const read = db.read.bind(db);
    vi.spyOn(db, 'read').mockImplementationOnce(async (work) => {
      await app.configure({ ...withoutRateLimits, password: { minLength: 60 } });
      return read(work);
    });
    const body = { current_password: user.password, new_password: 'seven lanterns over the bay' };
    expect((await app.send('PUT', '/api/v1/users/me/password', { token, body })).status).toBe(204);
    expect(app.services.config.current.password.minLength).toBe(60);
  });
});
