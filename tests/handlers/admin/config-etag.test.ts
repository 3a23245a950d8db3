import { describe, expect, it } from 'vitest';
import { type TestUser, useAdministrator } from '../../support/admin-users.js';
import { type TestApp, type TestResponse, withoutRateLimits } from '../../support/test-app.js';

describe('the ETag of the configuration', () => {
  let app: TestApp;
  let admin: TestUser;
  useAdministrator((started, user) => {
    [app, admin] = [started, user];
  });

  const send = (method: string, headers: Record<string, string> = {}, body?: unknown): Promise<TestResponse> =>
    app.send(method, '/api/v1/admin/config', { token: admin.token, headers, ...(body !== undefined && { body }) });
  const etag = async (): Promise<string> => (await send('GET')).headers.get('etag') ?? '';
  const set = (hours: number): Promise<void> =>
    app.configure({ ...withoutRateLimits, auth: { keys: { cleanupInterval: `${String(hours)}h` } } });

  it('changes with a value that is overridden, but a change of the configuration does not depend on it', async () => {
    await set(2);
    const change = { changes: { 'auth.keys.cleanupInterval': '4h' } };
    expect((await send('PATCH', { 'If-Match': await etag() }, change)).status).toBe(200);
    const before = await etag();
    await set(3);
    const conditional = await send('GET', { 'If-None-Match': before });
    expect(conditional.status).toBe(200);
    const after = conditional.headers.get('etag') ?? '';
    expect(after).not.toBe(before);
    expect((await send('GET', { 'If-None-Match': after })).status).toBe(304);
    const next = { changes: { 'auth.keys.cleanupInterval': '5h' } };
    expect((await send('PATCH', { 'If-Match': before }, next)).status).toBe(200);
    expect((await send('PATCH', { 'If-Match': before }, next)).status).toBe(412);
    expect((await send('PATCH', { 'If-Match': after }, next)).status).toBe(412);
  });

  it('changes when a file sets a key to the value that it had', async () => {
    await app.configure(withoutRateLimits);
    const before = await etag();
    await app.configure({ ...withoutRateLimits, mail: { from: app.services.config.current.mail.from } });
    expect(await etag()).not.toBe(before);
  });
});
