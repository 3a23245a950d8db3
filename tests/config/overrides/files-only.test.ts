import { describe, expect, it } from 'vitest';
import type { ConfigOptions } from '../../../src/config/types.js';
import type { TestDatabase } from '../../support/postgres.js';
import { openInstance, open, requester, storeOver, useEmptyRevisions } from '../revisions/support.js';
import { points } from './support.js';

let testDatabase: TestDatabase;

useEmptyRevisions((database) => {
  testDatabase = database;
});

const password = 'mail: {smtp: {username: rollcall, password: open sesame}}\n';
const reason = 'can be set only in the files or the environment while mail.smtp.password is set';

const start = async (files: Readonly<Record<string, string>> = {}, options: Partial<ConfigOptions> = {}) => {
  const instance = openInstance(files, options);
  instance.config.useRevisionStore(storeOver(open(testDatabase.url)));
  await instance.config.ensureNumbered(10_000);
  return instance;
};

/** An instance without a password for the mail server, and an override of the server's port. */
const startWithOverride = async () => {
  const instance = await start({ 'local.yaml': '{}\n' });
  const changes = { 'mail.smtp.port': 2525, 'rateLimit.login.points': 9 };
  expect(await instance.config.overrides.set(points(0, { changes }), { requester })).toMatchObject({
    result: { outcome: 'applied' },
  });
  expect(instance.config.current.mail.smtp.port).toBe(2525);
  return instance;
};

const leftOutFrom = (source: string) => [
  { key: 'mail.smtp.port', issues: [{ key: 'mail.smtp.port', file: source, code: 'files_only', message: reason }] },
];

describe('an override that is older than the secret it would expose', () => {
  it('loses its effect when the files set the secret, and regains it when they do not', async () => {
    const { config, write, points: limit } = await startWithOverride();
    write('local.yaml', password);
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied' });
    expect([config.current.mail.smtp.port, limit()]).toEqual([587, 9]);
    expect(config.status.leftOut).toEqual(leftOutFrom('override'));
    write('local.yaml', '{}\n');
    await config.reload('signal');
    expect([config.current.mail.smtp.port, config.status.leftOut]).toEqual([2525, []]);
  });

  it('has no effect on another instance whose environment sets the secret', async () => {
    await startWithOverride();
    const { config, points: limit } = await start(
      { 'local.yaml': '{}\n' },
      {
        env: {
          ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64),
          ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64),
          ROLLCALL_MAIL_SMTP_USERNAME: 'rollcall',
          ROLLCALL_MAIL_SMTP_PASSWORD: 'open sesame',
        },
      },
    );
    expect([config.current.mail.smtp.port, limit()]).toEqual([587, 9]);
    expect(config.status.leftOut).toEqual(leftOutFrom('override'));
  });

  it('does not keep other overrides from being changed', async () => {
    const { config, write } = await startWithOverride();
    write('local.yaml', password);
    await config.reload('signal');
    expect(await config.overrides.set(points(8), { requester })).toMatchObject({ result: { outcome: 'applied' } });
    expect(await config.overrides.remove('mail.smtp.port', { requester })).toMatchObject({
      result: { outcome: 'applied', changed: [] },
    });
    expect(config.status.leftOut).toEqual([]);
  });
});

describe('a rollback', () => {
  it('does not change keys that can be set only in the files', async () => {
    const {
      config,
      write,
      points: limit,
    } = await start({
      'local.yaml': 'rateLimit: {login: {points: 7}}\nmail: {smtp: {port: 2525}, outboxDir: /var/spool/elsewhere}\n',
    });
    write('local.yaml', `${password}rateLimit: {login: {points: 8}}\n`);
    await config.reload('signal');
    expect(await config.overrides.rollBack(1, null, { requester })).toMatchObject({
      result: { outcome: 'applied', changed: ['rateLimit.login.points'] },
    });
    expect([config.current.mail.smtp.port, limit()]).toEqual([587, 7]);
    expect(config.status.overrides.overrides.map(({ key }) => key)).toEqual(['rateLimit.login.points']);
  });
});

describe('a scheduled change', () => {
  it('of a key that can be set only in the files by then is dropped', async () => {
    const { config, write } = await start({ 'local.yaml': '{}\n' });
    const change = points(0, { changes: { 'mail.smtp.port': 2525 } });
    const at = new Date(config.overrides.now().getTime() + 500);
    await config.overrides.schedule('00000000-0000-7000-8000-000000000001', at, change, { requester });
    write('local.yaml', password);
    await config.reload('signal');
    const scheduled = async (): Promise<unknown> => (await config.syncRevisions(), config.status.overrides.scheduled);
    await expect.poll(scheduled, { timeout: 30_000 }).toEqual([]);
    expect([config.current.mail.smtp.port, config.status.overrides.overrides]).toEqual([587, []]);
  });
});
