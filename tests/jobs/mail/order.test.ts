import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { OneTimeToken } from '../../../src/models/login/one-time-token.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { User } from '../../../src/models/accounts/user.js';
import { composeMail } from '../../../src/jobs/mail/compose.js';
import { startMailDelivery } from '../../../src/jobs/mail/start.js';
import { useDatabase, type TestDatabase } from '../../support/postgres.js';
import { TestApp, withoutRateLimits } from '../../support/test-app.js';
import { waitUntil } from '../../support/wait-until.js';

let database: TestDatabase;
let db: Database;

useDatabase((testDatabase, opened) => {
  database = testDatabase;
  db = opened;
});
beforeEach(async () => {
  await db.knex('mail_outbox').delete();
  await db.knex('users').delete();
});

const startApp = async (outboxDir: string): Promise<TestApp> => {
  const settings = { ...withoutRateLimits, mail: { pollInterval: '100ms', outboxDir } };
  const app = await TestApp.start({ databaseUrl: database.url, settings });
  onTestFinished(() => app.close());
  return app;
};

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-outbox-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

const makeUser = (username: string): Promise<User> =>
  db.transaction((trx) =>
    User.register(trx, {
      ...{ username, email: `${username}@example.org`, emailVerified: true },
      ...{ passwordHash: null, description: null, currentGoal: null },
    }),
  );

const requestReset = (address: string): Promise<void> =>
  OutgoingMail.enqueue(db.knex, { kind: 'password_reset', userId: null, address, now: new Date() });

const tokenOf = (link: string): string => link.slice(link.indexOf('#token=') + '#token='.length);

/** The tokens of the emails to one address, by the id of the email. */
const tokensIn = (folder: string, address: string): Map<string, string> => {
  const mails = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>)
    .filter(({ to }) => to === address);
  return new Map(
    mails.map((mail) => {
      const id = /<([0-9a-f-]{36})@/.exec(JSON.stringify(mail))?.[1] ?? '';
      return [id, tokenOf((mail['links'] as string[])[0] ?? '')];
    }),
  );
};

const works = async (token: string): Promise<boolean> =>
  (await OneTimeToken.findOpen(db.knex, { purpose: 'password_reset', token, now: new Date() })) !== undefined;

describe('emails of one kind to one user', () => {
  it('leave only the link that was requested last valid, on two instances', async () => {
    const folder = makeFolder();
    const apps = [await startApp(folder), await startApp(folder)];
    const names = Array.from({ length: 40 }, (_, index) => `person${String(index)}`);
    for (const name of names) {
      await makeUser(name);
      // By username and by address: that both mean the same user is only known when the email is composed.
      await requestReset(name);
      await requestReset(`${name}@example.org`);
      await requestReset(name);
    }
    const stops = apps.map((app) => startMailDelivery(app.services));
    const waiting = () => db.knex('mail_outbox').whereIn('state', ['queued', 'sending']);
    await waitUntil('the emails', async () => (await waiting()).length === 0, 60_000);
    await Promise.all(stops.map((stop) => stop()));
    const rows = await db.knex('mail_outbox').orderBy('requested_at', 'desc').select<{ id: string }[]>('id');
    const order = rows.map(({ id }) => id);
    for (const name of names) {
      const tokens = tokensIn(folder, `${name}@example.org`);
      const newest = order.find((id) => tokens.has(id)) ?? '';
      expect(await works(tokens.get(newest) ?? ''), name).toBe(true);
      expect(tokens.size).toBeGreaterThanOrEqual(2);
    }
  }, 120_000);

  it('are all sent, one after the other', async () => {
    const claim = () => OutgoingMail.lease(db.knex, { limit: 8, leaseMs: 15_000, now: new Date() });
    await requestReset('Ada');
    await requestReset('ada');
    await requestReset('grace');
    const first = await claim();
    expect(first.map(({ address }) => address).sort()).toEqual(['Ada', 'grace']);
    expect(await claim()).toEqual([]);
    await first.find(({ address }) => address === 'Ada')?.complete(db.knex, new Date());
    expect((await claim()).map(({ address }) => address)).toEqual(['ada']);
  });

  it('do not wait for an email with a distant retry, whose link then does not replace a newer one', async () => {
    const app = await startApp(makeFolder());
    const claim = () => OutgoingMail.lease(db.knex, { limit: 8, leaseMs: 15_000, now: new Date() });
    await makeUser('ada');
    await requestReset('ada');
    await requestReset('ada@example.org');
    const [older] = await db.knex('mail_outbox').orderBy('requested_at').select<{ id: string }[]>('id');
    await db
      .knex('mail_outbox')
      .where({ id: older?.id })
      .update({ next_attempt_at: new Date(Date.now() + 3_600_000) });
    const [newer] = await claim();
    const composed = await composeMail(app.services, newer as OutgoingMail);
    const late = await OutgoingMail.query(db.knex).findById(older?.id ?? '');
    expect(await composeMail(app.services, late as OutgoingMail)).toBeNull();
    expect(await works(tokenOf(composed?.variables['link'] ?? ''))).toBe(true);
  });
});
