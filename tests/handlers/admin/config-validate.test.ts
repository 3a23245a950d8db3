import { describe, expect, it } from 'vitest';
import { type TestUser, useAdministrator } from '../../support/admin-users.js';
import type { TestApp } from '../../support/test-app.js';

describe('the validation of settings', () => {
  let app: TestApp;
  let admin: TestUser;
  useAdministrator((started, user) => {
    [app, admin] = [started, user];
  });

  const validate = async (settings: object): Promise<unknown> => {
    const { status, body } = await app.send('POST', '/api/v1/admin/config/validate', {
      token: admin.token,
      body: { settings },
    });
    return { status, body };
  };

  it('does not tell whether a secret was guessed right', async () => {
    const { pepper } = app.services.config.current.password;
    const { encryptionKey } = app.services.config.current.auth.keys;
    const wrong = await validate({ password: { pepper: 'a wrong guess of the pepper' } });
    expect(wrong).toMatchObject({ status: 200, body: { valid: true, pending_restart: [], no_effect: [] } });
    expect(await validate({ password: { pepper } })).toEqual(wrong);
    const guess = { database: { url: 'postgres://guess:guess@127.0.0.1/rollcall' } };
    expect(await validate(guess)).toMatchObject({ status: 200, body: { pending_restart: [] } });
    expect(await validate({ auth: { keys: { encryptionKey } } })).toEqual(
      await validate({ auth: { keys: { encryptionKey: 'ab'.repeat(32) } } }),
    );
  });
});
