import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';
import { ask, discard, logLines, makeFolder, startService, type Service } from '../support/service.js';

const admin = { username: 'root', password: 'correct horse battery staple' };

const env = {
  ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64),
  ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64),
  ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: admin.username,
  ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  // The tests poll.
  ROLLCALL_RATE_LIMIT_GLOBAL_POINTS: '1000000',
};

describe('two processes on one database', () => {
  const services: Service[] = [];
  let database: TestDatabase | undefined;

  afterEach(async () => {
    await Promise.all(services.splice(0).map(discard));
    await database?.drop();
  });

  const start = (databaseUrl: string, folder = makeFolder()): Service => {
    const service = startService(folder, { env: { ...env, DATABASE_URL: databaseUrl } });
    services.push(service);
    return service;
  };

  const setPoints = (service: Service, points: number): void => {
    writeFileSync(join(service.folder, 'config', 'local.yaml'), `rateLimit: {login: {points: ${points}}}\n`);
  };

  const revisionOf = async (url: string): Promise<unknown> => (await ask(`${url}/api/info`)).body['config_revision'];

  it('show the same revision, apply a rollback, and report the active revision after kill -9', async () => {
    database = await createMigratedDatabase();
    const first = start(database.url);
    const one = await first.listening();
    const second = start(database.url);
    const two = await second.listening();
    expect([await revisionOf(one), await revisionOf(two)]).toEqual([1, 1]);
    for (const service of [first, second]) setPoints(service, 33);
    await waitUntil('both show it', async () => (await revisionOf(one)) === 2 && (await revisionOf(two)) === 2);

    const { body: tokens } = await ask(`${one}/api/v1/auth/login`, { method: 'POST', body: admin });
    const token = String(tokens['access_token']);
    const config = '/api/v1/admin/config';
    const rollback = await ask(`${one}${config}/rollback`, { method: 'POST', body: { revision: 1 }, token });
    expect(rollback).toMatchObject({ status: 200, body: { outcome: 'applied', revision: 3 } });
    await waitUntil('the other one follows', async () => (await revisionOf(two)) === 3);
    expect((await ask(`${two}${config}`, { token })).body).toMatchObject({ revision: 3, rollback: { revision: 1 } });

    first.child.kill('SIGKILL');
    await first.exited;
    const again = start(database.url, first.folder);
    const url = await again.listening();
    expect(logLines(again.out()).find(({ msg }) => msg === 'listening')).toMatchObject({
      config_revision: 3,
      config_rollback_to: 1,
    });
    setPoints(again, 34);
    const remove = await ask(`${url}${config}/overrides`, { method: 'DELETE', token });
    expect(remove.status).toBe(204);
    await waitUntil('the files count again', async () => (await revisionOf(url)) === 4);
    expect((await ask(`${url}${config}`, { token })).body).toMatchObject({ rollback: null });
  });

  it('revert a change that nobody confirms, when the instance that applied it is killed', async () => {
    database = await createMigratedDatabase();
    const first = start(database.url);
    const one = await first.listening();
    const second = start(database.url);
    const two = await second.listening();
    const { body: tokens } = await ask(`${one}/api/v1/auth/login`, { method: 'POST', body: admin });
    const token = String(tokens['access_token']);
    const config = '/api/v1/admin/config';
    const change = await fetch(`${one}${config}`, {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'If-Match': '*' },
      body: JSON.stringify({ changes: { 'rateLimit.login.points': 33 }, confirm_within: '15s' }),
    });
    expect(change.status).toBe(200);
    const { revision } = (await change.json()) as { revision: number };
    expect(await revisionOf(two)).toBe(revision);
    first.child.kill('SIGKILL');
    await first.exited;
    const again = start(database.url, first.folder);
    const url = await again.listening();
    await waitUntil('the other one has reverted', async () => (await revisionOf(two)) === revision + 1);
    await waitUntil('so has the restarted one', async () => (await revisionOf(url)) === revision + 1);
    const view = (await ask(`${url}${config}`, { token })).body;
    expect(view).toMatchObject({ pending_confirmation: null, revision: revision + 1 });
  });
});
