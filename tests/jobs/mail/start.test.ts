import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { startMailDelivery } from '../../../src/jobs/mail/start.js';
import { useDatabase, type TestDatabase } from '../../support/postgres.js';
import { TestApp } from '../../support/test-app.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeGate } from './gate.js';
import { startSmtp } from '../../mail/smtp-server.js';
import { smtpTo } from './worker-fixture.js';

interface FileMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
}

let database: TestDatabase;
let db: Database;

useDatabase((testDatabase, opened) => {
  database = testDatabase;
  db = opened;
});
beforeEach(async () => {
  await db.knex('mail_outbox').delete();
  await db.knex('mail_allowances').delete();
  await db.knex('users').delete();
});

/** An app that sends mail, by default into a temporary directory. */
const startApp = async (mail: Readonly<Record<string, unknown>> = {}) => {
  const outboxDir = mkdtempSync(join(tmpdir(), 'rollcall-outbox-'));
  const base = { pollInterval: '100ms', outboxDir };
  const settingsOf = (changes: Readonly<Record<string, unknown>>) => ({
    mail: { ...base, ...changes },
    ...(changes['transport'] === 'smtp' && { server: { publicUrl: 'https://accounts.example.org' } }),
  });
  const app = await TestApp.start({ databaseUrl: database.url, settings: settingsOf(mail) });
  let isStopped = false;
  const stopMail = startMailDelivery(app.services);
  const stop = async (): Promise<void> => {
    isStopped = true;
    await stopMail();
  };
  onTestFinished(async () => {
    if (!isStopped) await stop();
    await app.close();
    rmSync(outboxDir, { recursive: true, force: true });
  });
  const mails = (): FileMail[] =>
    readdirSync(outboxDir)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(outboxDir, name), 'utf8')) as FileMail);
  const configure = (changes: Readonly<Record<string, unknown>>): Promise<void> => app.configure(settingsOf(changes));
  return { app, mails, stop, configure, outboxDir, base };
};

const ask = async (app: TestApp, email = 'ada@example.org'): Promise<void> => {
  const { status } = await app.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  expect(status).toBe(202);
};

describe('mail delivery', () => {
  it('sends an email after a registration, and its link verifies the address', async () => {
    const { app, mails } = await startApp();
    const user = { username: 'ada', password: 'a rather long password', email: 'ada@example.org' };
    expect((await app.send('POST', '/api/v1/auth/register', { body: user })).status).toBe(201);
    await waitUntil('the email', () => mails().length === 1);
    const [mail] = mails() as [FileMail];
    expect(mail).toMatchObject({ to: 'ada@example.org', subject: 'Confirm your email address' });
    expect(mail.text).toContain('Hello ada,');
    const link = new URL(mail.links[0] ?? '');
    expect([link.origin, link.pathname]).toEqual([app.url, '/verify-email']);
    expect(mail.html).toContain(link.href);
    const token = new URLSearchParams(link.hash.slice(1)).get('token');
    const complete = (): Promise<{ status: number }> =>
      app.send('POST', '/api/v1/auth/email-verification/complete', { body: { token } });
    expect((await complete()).status).toBe(204);
    expect((await complete()).status).toBe(401);
  });

  it('stores no token in the outbox, before or after the delivery', async () => {
    const { app, mails } = await startApp();
    await ask(app);
    await waitUntil('the email', () => mails().length === 1);
    const token = /#token=([\w-]+)/.exec(mails()[0]?.links[0] ?? '')?.[1] ?? 'none';
    expect(token).toHaveLength(43);
    const kept = (): Promise<OutgoingMail[]> => OutgoingMail.query(app.services.db.knex).execute();
    expect(JSON.stringify(await kept())).not.toContain(token);
    await waitUntil('the record', async () => (await kept())[0]?.state === 'sent');
    expect(JSON.stringify(await kept())).not.toMatch(new RegExp(`ada@example.org|127.0.0.1|${token}`));
  });

  it('keeps the last link valid when the quota of the address is exceeded', async () => {
    const { app, mails } = await startApp();
    const { db, clock } = app.services;
    for (let count = 1; count <= 6; count += 1) {
      const request = { kind: 'magic_link', userId: null, address: 'ada@example.org', now: clock.now() } as const;
      await OutgoingMail.enqueue(db.knex, request);
    }
    await waitUntil('the end of all', async () => (await OutgoingMail.depth(db.knex)).queued === 0);
    await waitUntil('the last record', async () => (await OutgoingMail.depth(db.knex)).sending === 0);
    expect(mails()).toHaveLength(5);
    const consumed = await Promise.all(
      mails().map(({ links }) => {
        const token = /#token=([\w-]+)/.exec(links[0] ?? '')?.[1];
        return app.send('POST', '/api/v1/auth/magic-link/consume', { body: { token } });
      }),
    );
    // Five emails were sent, and the last link works: the sixth was dropped before it could replace it.
    expect(consumed.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
  });
});

describe('a change of the mail transport', () => {
  it('switches between the outbox directory and a mail server without a restart', async () => {
    const server = await startSmtp();
    const { app, mails, configure } = await startApp();
    await ask(app, 'one@example.org');
    await waitUntil('the first', () => mails().length === 1);
    await configure(smtpTo(server.port));
    await ask(app, 'two@example.org');
    await waitUntil('the second', () => server.received.length === 1);
    await configure({});
    await ask(app, 'three@example.org');
    await waitUntil('the third', () => mails().length === 2);
    expect(mails().map(({ to }) => to)).toEqual(['one@example.org', 'three@example.org']);
    expect(server.received[0]?.to).toEqual(['two@example.org']);
  });

  it('is rejected if the new transport is unreachable, and the old one stays active', async () => {
    const server = await startSmtp();
    await server.down();
    const { app, mails, configure } = await startApp();
    await expect(configure(smtpTo(server.port))).rejects.toThrow('rejected');
    const { lastError } = app.services.config.status;
    expect(lastError?.errors).toMatchObject([{ code: 'subscriber_failed' }]);
    expect(lastError?.errors[0]?.message).toContain('unreachable');
    await ask(app);
    await waitUntil('the email', () => mails().length === 1);
  });

  it('finishes an email in flight on the old transport', async () => {
    const gate = makeGate();
    let isAsked = false;
    const slow = await startSmtp({
      message: async () => {
        isAsked = true;
        await gate.promise;
        return undefined;
      },
    });
    const next = await startSmtp();
    const { app, configure } = await startApp(smtpTo(slow.port));
    await ask(app, 'one@example.org');
    await waitUntil('the hand-over', () => isAsked);
    await configure(smtpTo(next.port));
    await ask(app, 'two@example.org');
    await waitUntil('the second', () => next.received.length === 1);
    gate.open();
    await waitUntil('the first', () => slow.received.length === 1);
    expect(next.received.map(({ to }) => to[0])).toEqual(['two@example.org']);
  });

  it('to another sender takes effect with the next email', async () => {
    const server = await startSmtp();
    const { app, configure } = await startApp(smtpTo(server.port));
    await ask(app, 'one@example.org');
    await waitUntil('the first', () => server.received.length === 1);
    await configure({ ...smtpTo(server.port), from: 'Grüße <hello@example.org>' });
    await ask(app, 'two@example.org');
    await waitUntil('the second', () => server.received.length === 2);
    expect(server.received.map(({ from }) => from)).toEqual(['no-reply@localhost', 'hello@example.org']);
    expect(server.received[1]?.headers.get('from')?.[0]).toMatch(/^=\?UTF-8\?.*<hello@example\.org>$/);
  });
});

describe('mail.pollInterval', () => {
  it('applies to the current wait', async () => {
    const { app, mails, configure } = await startApp({ pollInterval: '1h' });
    const isLookedAt = async (): Promise<boolean> =>
      (await app.services.metrics.expose()).includes('rollcall_mail_outbox_depth{state="queued"} 0');
    await waitUntil('the first look', isLookedAt);
    await ask(app);
    await configure({ pollInterval: '100ms' });
    await waitUntil('the email', () => mails().length === 1);
  });
});

describe('a start without a working transport', () => {
  it('keeps mail until a transport works', async () => {
    const server = await startSmtp();
    await server.down();
    const { app } = await startApp(smtpTo(server.port));
    await ask(app);
    const { db } = app.services;
    await waitUntil('a failure', async () => (await OutgoingMail.query(db.knex))[0]?.lastError === 'unreachable');
    await server.up();
    app.clock.advance(5000);
    await waitUntil('the email', () => server.received.length === 1);
  });

  it('creates a missing outbox directory again', async () => {
    const { app, mails, outboxDir } = await startApp();
    rmSync(outboxDir, { recursive: true });
    await ask(app);
    await waitUntil('the email', () => {
      mkdirSync(outboxDir, { recursive: true });
      return mails().length === 1;
    });
  });

  it('sends no email after it was stopped', async () => {
    const { app, mails, stop } = await startApp();
    await ask(app, 'one@example.org');
    await waitUntil('the first', () => mails().length === 1);
    await stop();
    await ask(app, 'two@example.org');
    app.services.outboxSignal.notify();
    expect(await OutgoingMail.depth(app.services.db.knex)).toMatchObject({ queued: 1, sending: 0 });
    expect(mails()).toHaveLength(1);
  });
});
