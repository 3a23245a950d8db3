import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { OutgoingMail, type MailState } from '../../../src/models/mail/outgoing-mail.js';
import { useDatabase } from '../../support/postgres.js';
import { Workplace } from '../support.js';

let db: Database;
let url: string;
let place: Workplace;

useDatabase((database, opened) => {
  url = database.url;
  db = opened;
});
let knownEvents: string[] = [];
beforeEach(async () => {
  await db.knex('mail_outbox').delete();
  // The audit log is append-only.
  knownEvents = await db.knex('audit_events').pluck<string[]>('id');
  place = new Workplace(url);
});
afterEach(() => {
  place.remove();
});

const now = new Date('2026-03-01T12:00:00.000Z');

/** Inserts an email with this state into the outbox, and returns its id. */
const add = async (address: string, state: MailState = 'dead'): Promise<string> => {
  await OutgoingMail.enqueue(db.knex, { kind: 'magic_link', userId: null, address, now });
  const end = { dead: { attempts: 7, last_error: 'unreachable' }, sent: { sent_at: now } };
  await db
    .knex('mail_outbox')
    .where({ address })
    .update({ state, ...(state in end && end[state as keyof typeof end]) });
  const [id = ''] = await db.knex('mail_outbox').where({ address }).pluck<string[]>('id');
  return id;
};

const states = async (): Promise<Record<string, string>> => {
  const rows = await db.knex<{ address: string; state: string; attempts: number }>('mail_outbox').select();
  return Object.fromEntries(rows.map(({ address, state, attempts }) => [address, `${state} ${String(attempts)}`]));
};

/** The audit events with this action that the test has caused. */
const audited = (action: string): Promise<Record<string, unknown>[]> =>
  db.knex<Record<string, unknown>>('audit_events').where({ action }).whereNotIn('id', knownEvents);

describe('rollcall mail list', () => {
  it('lists unfinished emails, oldest first, or the emails in one state', async () => {
    const dead = await add('dead@example.org');
    await add('sent@example.org', 'sent');
    await add('queued@example.org', 'queued');
    const addressesIn = async (...argv: string[]): Promise<(string | undefined)[]> => {
      const { exitCode, stdout } = await place.run(['mail', 'list', ...argv]);
      expect(exitCode).toBe(0);
      if (stdout !== '') expect(stdout).toMatch(/^ID +STATE +KIND +ATTEMPTS +LAST ERROR +CREATED .* ADDRESS\n/);
      return stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(/ +/).at(-1));
    };
    expect(await addressesIn()).toEqual(['dead@example.org', 'queued@example.org']);
    expect(await addressesIn('--state', 'sent')).toEqual(['sent@example.org']);
    expect(await addressesIn('--state', 'sending')).toEqual([]);
    const { stdout } = await place.run(['mail', 'list', '--state', 'dead', '--json']);
    const mail = {
      id: dead,
      state: 'dead',
      kind: 'magic_link',
      attempts: 7,
      last_error: 'unreachable',
      created_at: now.toISOString(),
      next_attempt_at: now.toISOString(),
      user_id: null,
      address: 'dead@example.org',
    };
    expect(JSON.parse(stdout)).toEqual({ data: [mail], next_cursor: null });
  });

  it('lists each of many emails once', async () => {
    await db.knex.raw(
      `INSERT INTO mail_outbox (id, kind, state) SELECT gen_random_uuid(), 'magic_link', 'dead' FROM generate_series(1, 1000)`,
    );
    const { stdout } = await place.run(['mail', 'list']);
    const ids = stdout.split('\n').slice(1, -1);
    expect([ids.length, new Set(ids).size]).toEqual([1000, 1000]);
  });

  it('rejects unknown states', async () => {
    expect((await place.run(['mail', 'list', '--state', 'lost'])).stderr).toBe(
      "rollcall: option '--state <state>' argument 'lost' is invalid. Allowed choices are queued, sending, dead, sent, dropped.\n",
    );
  });
});

describe('rollcall mail retry', () => {
  it('returns the given emails to the queue, due now and with all attempts left', async () => {
    const id = await add('one@example.org');
    await add('other@example.org');
    const { exitCode, stdout, stderr } = await place.run(['mail', 'retry', id.toUpperCase(), id]);
    expect([exitCode, stdout]).toEqual([0, '1 email requeued\n']);
    expect(stderr).toBe('');
    expect(await states()).toEqual({ 'one@example.org': 'queued 0', 'other@example.org': 'dead 7' });
    const claimed = await OutgoingMail.lease(db.knex, { limit: 9, leaseMs: 1000, now: new Date() });
    expect(claimed.map((mail) => mail.id)).toEqual([id]);
  });

  it('returns all dead emails to the queue, and no others', async () => {
    await add('one@example.org');
    await add('two@example.org');
    await add('sent@example.org', 'sent');
    expect((await place.run(['mail', 'retry', '--all-dead'])).stdout).toBe('2 emails requeued\n');
    expect(await states()).toEqual({
      'one@example.org': 'queued 0',
      'two@example.org': 'queued 0',
      'sent@example.org': 'sent 0',
    });
    expect((await place.run(['mail', 'retry', '--all-dead'])).stdout).toBe('0 emails requeued\n');
    expect(await audited('mail.retried')).toMatchObject([
      { result: 'success', details: { via: 'cli', kind: 'magic_link' } },
      { result: 'success', details: { via: 'cli', kind: 'magic_link' } },
    ]);
  });

  it('changes nothing if one of the given emails is not dead', async () => {
    const [dead, sent] = [await add('dead@example.org'), await add('sent@example.org', 'sent')];
    const { exitCode, stderr } = await place.run(['mail', 'retry', dead, sent]);
    expect([exitCode, stderr]).toEqual([1, `rollcall: no dead email ${sent}\n`]);
    expect(await states()).toEqual({ 'dead@example.org': 'dead 7', 'sent@example.org': 'sent 0' });
    expect(await audited('mail.retried')).toEqual([]);
  });

  it.each<[string[], string]>([
    [[], 'specify either email ids or --all-dead'],
    [['01900000-0000-7000-8000-000000000001', '--all-dead'], 'specify either email ids or --all-dead'],
    [['7'], '"7" is not an email id'],
  ])('%j is rejected: %s', async (argv, message) => {
    const { exitCode, stderr } = await place.run(['mail', 'retry', ...argv]);
    expect([exitCode, stderr]).toEqual([1, `rollcall: ${message}\n`]);
  });
});

describe('rollcall mail send-test', () => {
  it('records the test in the audit log, with the domain of the recipient only', async () => {
    const { exitCode, stderr } = await place.run(['mail', 'send-test', 'ada@example.org']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const [event, ...others] = await audited('mail.test_sent');
    expect(event).toMatchObject({
      ...{ result: 'success', actor_id: null },
      details: { via: 'cli', domain: 'example.org', transport: 'outbox' },
    });
    expect([others, JSON.stringify(event).includes('ada@')]).toEqual([[], false]);
  });

  it('records a failure with its reason', async () => {
    const smtp = { TRANSPORT: 'smtp', SMTP_HOST: '127.0.0.1', SMTP_PORT: '1' };
    const local = new Workplace(url, {
      ROLLCALL_SERVER_PUBLIC_URL: 'https://accounts.example.org',
      ...Object.fromEntries(Object.entries(smtp).map(([name, value]) => [`ROLLCALL_MAIL_${name}`, value])),
    });
    expect((await local.run(['mail', 'send-test', 'ada@example.org'])).exitCode).toBe(1);
    local.remove();
    expect(await audited('mail.test_sent')).toMatchObject([{ result: 'failure', details: { reason: 'unreachable' } }]);
  });
});

describe('rollcall mail drop', () => {
  it('gives up queued and dead emails, removes their addresses, and records who did it', async () => {
    const ids = [await add('dead@example.org'), await add('queued@example.org', 'queued')];
    const { exitCode, stdout } = await place.run(['mail', 'drop', ...ids]);
    expect([exitCode, stdout]).toEqual([0, '2 emails dropped\n']);
    const rows = await db.knex('mail_outbox').select('state', 'address', 'details', 'last_error');
    const dropped = { state: 'dropped', address: null, details: {}, last_error: 'dropped_by_operator' };
    expect(rows).toEqual([dropped, dropped]);
    const events = await db.knex('audit_events').where({ action: 'mail.dropped' }).select('details');
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ details: { via: 'cli', kind: 'magic_link' } });
  });

  it('changes nothing if one of the given emails has been sent', async () => {
    const [dead, sent] = [await add('dead@example.org'), await add('sent@example.org', 'sent')];
    const { exitCode, stderr } = await place.run(['mail', 'drop', dead, sent]);
    expect([exitCode, stderr]).toEqual([1, `rollcall: no queued or dead email ${sent}\n`]);
    expect(await states()).toEqual({ 'dead@example.org': 'dead 7', 'sent@example.org': 'sent 0' });
  });
});

describe('rollcall mail preview', () => {
  it('prints an email with sample data', async () => {
    const { exitCode, stdout } = await place.run(['mail', 'preview', 'magic_link']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Subject: Your login link\n\n[^]*\/magic-link#token=sample/);
    const json = await place.run(['mail', 'preview', 'magic_link', '--json']);
    expect((JSON.parse(json.stdout) as { data: { html: string } }).data.html).toContain('<a href=');
  });

  it('rejects unknown kinds', async () => {
    expect((await place.run(['mail', 'preview', 'newsletter'])).stderr).toMatch(
      /value 'newsletter' is invalid for argument 'kind'/,
    );
  });
});
