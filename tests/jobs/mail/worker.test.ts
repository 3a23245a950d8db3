import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { createMigratedDatabase, useDatabase, type TestDatabase } from '../../support/postgres.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeGate } from './gate.js';
import { startSmtp } from '../../mail/smtp-server.js';
import { addresses, makeWorker, smtpTo, type WorkerFixture } from './worker-fixture.js';

let database: TestDatabase;
let db: Database;

useDatabase((made, opened) => {
  database = made;
  db = opened;
});
beforeEach(async () => {
  await db.knex('mail_outbox').delete();
  await db.knex('mail_allowances').delete();
});

const start = (port: number, mail: Readonly<Record<string, unknown>> = {}, url = database.url) =>
  makeWorker({ databaseUrl: url, settings: { mail: { ...smtpTo(port), ...mail } } });

const states = async (bench: WorkerFixture): Promise<string[]> => (await bench.rows()).map(({ state }) => state);

const allSent = (bench: WorkerFixture) => async (): Promise<boolean> =>
  (await states(bench)).every((state) => state === 'sent');

describe('MailWorker', () => {
  it('sends each mail once and removes its address', async () => {
    const server = await startSmtp();
    const bench = await start(server.port);
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    await waitUntil('the mail', allSent(bench));
    const [row] = await bench.rows();
    expect(server.taken).toHaveLength(1);
    expect(server.taken[0]?.headers.get('message-id')).toEqual([`<${String(row?.id)}@localhost>`]);
    expect(row).toMatchObject({ address: null, details: {}, lastError: null, attempts: 1, lockedUntil: null });
    expect(row?.sentAt).toBeInstanceOf(Date);
    expect(await bench.metric('rollcall_mail_sent_total')).toBe(1);
  });

  it('is woken by the outbox signal before the next poll', async () => {
    const server = await startSmtp();
    const bench = await start(server.port, { pollInterval: '1h' });
    bench.worker.start();
    await waitUntil(
      'the first look',
      async () => (await bench.metric('rollcall_mail_outbox_depth{state="queued"}')) === 0,
    );
    await bench.enqueue('ada@example.org');
    bench.worker.wake();
    await waitUntil('the mail', () => server.taken.length === 1, 3000);
  });

  it('limits how often it counts the outbox', async () => {
    const server = await startSmtp();
    const bench = await start(server.port);
    await bench.enqueue(...addresses(40));
    let counts = 0;
    bench.app.services.db.knex.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('count(*) FILTER')) counts += 1;
    });
    bench.worker.start();
    await waitUntil('the mails', allSent(bench), 60_000);
    await waitUntil(
      'the metric',
      async () => (await bench.metric('rollcall_mail_outbox_depth{state="queued"}')) === 0,
      40_000,
    );
    expect(counts).toBeGreaterThan(0);
    expect(counts * 4).toBeLessThanOrEqual(40);
  }, 90_000);

  it('sends no mail of a transaction that was rolled back', async () => {
    const bench = await start((await startSmtp()).port);
    const { db, clock } = bench.app.services;
    const doomed = db.transaction(async (trx) => {
      await OutgoingMail.enqueue(trx, { kind: 'magic_link', userId: null, address: 'a@x.org', now: clock.now() });
      throw new Error('rolled back');
    });
    await expect(doomed).rejects.toThrow('rolled back');
    expect(await bench.rows()).toEqual([]);
  });

  it('drops mail without a matching account', async () => {
    const bench = await start((await startSmtp()).port);
    await bench.enqueue('nobody');
    bench.worker.start();
    await waitUntil('the end of it', async () => (await states(bench))[0] === 'dropped');
    expect(await bench.rows()).toMatchObject([{ lastError: 'nobody', address: null }]);
    expect(await bench.metric('rollcall_mail_dropped_total{reason="nobody"}')).toBe(1);
  });

  it('applies the quota per recipient, ignoring case', async () => {
    const server = await startSmtp();
    const bench = await start(server.port);
    await bench.enqueue(
      ...Array.from({ length: 4 }, () => 'ada@example.org'),
      ...Array.from({ length: 4 }, () => 'ADA@example.org'),
    );
    await bench.enqueue('eve@example.org');
    bench.worker.start();
    await waitUntil('the end of all', async () => (await states(bench)).every((state) => /sent|dropped/.test(state)));
    expect(server.taken).toHaveLength(6);
    expect(await bench.metric('rollcall_mail_dropped_total{reason="rate_limited"}')).toBe(3);
  });

  it('applies the quota across instances and restarts', async () => {
    const server = await startSmtp();
    const workers = [await start(server.port), await start(server.port)] as const;
    const [first] = workers;
    await first.enqueue(...Array.from({ length: 12 }, () => 'ada@example.org'));
    for (const { worker } of workers) worker.start();
    const isOver = async (): Promise<boolean> => (await states(first)).every((state) => /sent|dropped/.test(state));
    await waitUntil('the end of all', isOver);
    expect(server.taken).toHaveLength(5);
    for (const { stop } of workers) await stop();
    const successor = await start(server.port);
    await successor.enqueue('ada@example.org');
    successor.worker.start();
    await waitUntil('the end of the last', isOver);
    expect(server.taken).toHaveLength(5);
    successor.app.clock.advance(3_600_001);
    await successor.enqueue('ada@example.org');
    successor.worker.wake();
    await waitUntil('the next window', async () => server.taken.length === 6 && (await isOver()));
  });

  it('counts a mail once, regardless of the number of attempts', async () => {
    let rejections = 8;
    const server = await startSmtp({ message: () => (rejections-- > 0 ? 451 : undefined) });
    const mail = { ...smtpTo(server.port), maxAttempts: 20 };
    const rateLimit = { mail: { points: 1, window: '24d' } };
    const bench = await makeWorker({ databaseUrl: database.url, settings: { mail, rateLimit } });
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await waitUntil('the attempt', async () => {
        const [row] = await bench.rows();
        return row?.state === 'queued' && row.attempts === attempt;
      });
      bench.app.clock.advance(4 * 3_600_000);
      bench.worker.wake();
    }
    await waitUntil('the mail', allSent(bench));
  });
});

describe('a failing mail server', () => {
  it('is probed while it is down and gets the mail afterwards, without using up attempts', async () => {
    const server = await startSmtp();
    await server.down();
    const bench = await start(server.port, { maxAttempts: 2 });
    await bench.enqueue('ada@example.org', 'grace@example.org');
    bench.worker.start();
    await waitUntil('the failure', async () =>
      (await bench.rows()).every(({ lastError }) => lastError === 'unreachable'),
    );
    for (let probe = 1; probe <= 4; probe += 1) {
      bench.app.clock.advance(31_000);
      bench.worker.wake();
    }
    await waitUntil('rest', async () => (await states(bench)).every((state) => state === 'queued'));
    expect(await bench.rows()).toMatchObject([{ attempts: 0 }, { attempts: 0, address: 'grace@example.org' }]);
    await server.up();
    bench.app.clock.advance(31_000);
    await waitUntil('the mails', allSent(bench));
    expect(server.taken).toHaveLength(2);
    expect(await bench.rows()).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    const lines = bench.lines.filter(({ event }) => /^mail\.(transport|delivery)/.test(String(event)));
    expect(lines).toMatchObject([
      { level: 'warn', event: 'mail.transport_unavailable', reason: 'unreachable' },
      { level: 'info', event: 'mail.transport_available', outage_ms: expect.any(Number) as number },
    ]);
  });

  it('that is too slow for a probe gets a single mail as a further probe', async () => {
    const server = await startSmtp({
      message: ({ to }) => (to[0] === 'stuck@example.org' ? new Promise<undefined>(() => undefined) : undefined),
      options: {
        onConnect(_session, done) {
          setTimeout(done, 2500);
        },
      },
    });
    const bench = await start(server.port);
    const logged = (name: string): boolean => bench.lines.some(({ event }) => event === name);
    await bench.enqueue('stuck@example.org');
    bench.worker.start();
    await waitUntil('the outage', () => logged('mail.transport_unavailable'), 30_000);
    await bench.enqueue('ada@example.org');
    bench.app.clock.advance(1500);
    bench.worker.wake();
    await waitUntil('the mail', () => server.taken.length === 1, 30_000);
    await waitUntil('its end', () => logged('mail.transport_available'));
    expect(server.taken[0]?.to).toEqual(['ada@example.org']);
  }, 90_000);

  it('that is slow and confirms no mail uses up attempts, since it may have accepted the mail each time', async () => {
    const server = await startSmtp({
      message: () => new Promise<undefined>(() => undefined),
      options: {
        onConnect(_session, done) {
          setTimeout(done, 2500);
        },
      },
    });
    const bench = await start(server.port, { maxAttempts: 2 });
    await bench.enqueue('stuck@example.org');
    bench.worker.start();
    await waitUntil(
      'the last attempt',
      async () => {
        const [state] = await states(bench);
        if (state === 'queued') {
          bench.app.clock.advance(31_000);
          bench.worker.wake();
        }
        return state === 'dead';
      },
      80_000,
    );
    expect(await bench.rows()).toMatchObject([{ attempts: 2, lastError: 'timeout' }]);
  }, 90_000);

  it('is replaced immediately by another transport', async () => {
    const [gone, other] = [await startSmtp(), await startSmtp()];
    await gone.down();
    const bench = await start(gone.port);
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    await waitUntil('the failure', async () => (await bench.rows())[0]?.lastError === 'unreachable');
    const { config } = bench.app.services;
    const next = {
      ...config.current,
      mail: { ...config.current.mail, smtp: { ...config.current.mail.smtp, port: other.port } },
    };
    (await bench.mailer.prepare(next, config.current))?.commit();
    await waitUntil('the mail', allSent(bench));
    expect(other.taken).toHaveLength(1);
  });

  it('makes a mail dead after the last attempt', async () => {
    const server = await startSmtp({ message: () => 451 });
    const bench = await start(server.port, { maxAttempts: 2 });
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    await waitUntil(
      'the first attempt',
      async () => (await bench.rows())[0]?.state === 'queued' && (await bench.rows())[0]?.attempts === 1,
    );
    bench.app.clock.advance(10_000);
    await waitUntil('the end of it', async () => (await states(bench))[0] === 'dead');
    expect(await bench.rows()).toMatchObject([
      { attempts: 2, lastError: 'deferred: 451 refused with 451', address: 'ada@example.org' },
    ]);
    bench.app.clock.advance(86_400_000);
    bench.worker.wake();
    await waitUntil('the metric', async () => (await bench.metric('rollcall_mail_outbox_depth{state="dead"}')) === 1);
    expect(await bench.rows()).toMatchObject([{ attempts: 2, state: 'dead' }]);
    expect(await bench.metric('rollcall_mail_failures_total{reason="deferred"}')).toBe(2);
  });

  it('can reject one recipient permanently without affecting the others', async () => {
    const server = await startSmtp({ recipient: (address) => (address.startsWith('gone') ? 550 : undefined) });
    const bench = await start(server.port);
    await bench.enqueue('gone@example.org', 'ada@example.org');
    bench.worker.start();
    await waitUntil('the end of both', async () => (await states(bench)).every((state) => /sent|dead/.test(state)));
    expect(await bench.rows()).toMatchObject([
      { state: 'dead', attempts: 1, lastError: 'recipient_refused: 550 refused with 550' },
      { state: 'sent', attempts: 1 },
    ]);
  });

  it('can be slow for one mail without delaying the others', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async ({ to }) => {
        if (to[0] === 'slow@example.org') await gate.promise;
        return undefined;
      },
    });
    const bench = await start(server.port);
    await bench.enqueue('slow@example.org', ...addresses(20));
    bench.worker.start();
    await waitUntil('the others', () => server.taken.length === 20);
    expect(await bench.metric('rollcall_mail_outbox_depth{state="dead"}')).toBe(0);
    gate.open();
    await waitUntil('all', allSent(bench));
    expect(server.taken).toHaveLength(21);
  });

  it('does not lose a mail when composing it fails', async () => {
    const server = await startSmtp();
    let failures = 1;
    const bench = await makeWorker(
      { databaseUrl: database.url, settings: { mail: smtpTo(server.port) } },
      {
        compose: () => {
          if (failures-- > 0) throw new TypeError('a mistake of ours');
          return Promise.resolve({
            to: 'ada@example.org',
            kind: 'magic_link',
            variables: { link: 'https://x.org/#token=t', expires_in: '1 hour' },
          });
        },
      },
    );
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    await waitUntil('the failure', async () => (await bench.rows())[0]?.lastError === 'compose_failed');
    bench.app.clock.advance(10_000);
    await waitUntil('the mail', allSent(bench));
  });
});

describe('several workers and restarts', () => {
  it('send each mail once', async () => {
    const server = await startSmtp();
    const benches = await Promise.all([start(server.port), start(server.port), start(server.port)]);
    const wanted = addresses(150);
    const [first] = benches as [WorkerFixture, ...WorkerFixture[]];
    await first.enqueue(...wanted);
    for (const { worker } of benches) worker.start();
    await waitUntil('all mails', allSent(first), 20_000);
    expect(server.taken.flatMap(({ to }) => to).sort()).toEqual(wanted.sort());
    const shares = await Promise.all(benches.map((bench) => bench.metric('rollcall_mail_sent_total')));
    expect(shares.reduce((sum, share) => sum + share)).toBe(150);
    expect(shares.filter((share) => share > 0).length).toBeGreaterThan(1);
  });

  it('do not send a mail that another living worker has leased', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return undefined;
      },
    });
    const [one, other] = [await start(server.port), await start(server.port)];
    await one.enqueue('ada@example.org');
    one.worker.start();
    await waitUntil('the claim', async () => (await states(one))[0] === 'sending');
    const claimed = (await one.rows())[0]?.lockedUntil?.getTime() ?? 0;
    other.worker.start();
    await waitUntil('the renewal', async () => ((await one.rows())[0]?.lockedUntil?.getTime() ?? 0) > claimed, 15_000);
    gate.open();
    await waitUntil('the mail', allSent(one));
    expect(server.taken).toHaveLength(1);
  });

  it('take over the mails of a killed worker', async () => {
    const server = await startSmtp();
    const bench = await start(server.port);
    await bench.enqueue('ada@example.org');
    const [left] = await OutgoingMail.lease(bench.app.services.db.knex, { limit: 1, leaseMs: 300, now: new Date() });
    bench.worker.start();
    await waitUntil('the mail', allSent(bench));
    expect(await bench.rows()).toMatchObject([{ attempts: 2 }]);
    // If the first worker was only suspended, it has lost its lease.
    expect(await left?.retry(bench.app.services.db.knex, 'late', new Date())).toBe(false);
    expect(await states(bench)).toEqual(['sent']);
    expect(server.taken).toHaveLength(1);
  });

  it('give up a mail that crashes its worker each time', async () => {
    const bench = await start((await startSmtp()).port, { maxAttempts: 2 });
    await bench.enqueue('ada@example.org');
    const { knex } = bench.app.services.db;
    for (let life = 1; life <= 2; life += 1) {
      await waitUntil('the claim', async () => {
        const claimed = await OutgoingMail.lease(knex, { limit: 1, leaseMs: 1, now: new Date() });
        return claimed[0]?.attempts === life;
      });
    }
    bench.worker.start();
    await waitUntil('the end of it', async () => (await states(bench))[0] === 'dead');
    expect(await bench.rows()).toMatchObject([{ lastError: 'interrupted' }]);
  });

  it('finish mails in flight when they stop, and leave the rest in the queue', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return undefined;
      },
    });
    const bench = await start(server.port);
    await bench.enqueue(...addresses(12));
    bench.worker.start();
    await waitUntil(
      'full slots',
      async () => (await states(bench)).filter((state) => state === 'sending').length === 8,
    );
    const stopped = bench.stop();
    gate.open();
    await stopped;
    expect((await states(bench)).sort()).toEqual([
      ...Array<string>(4).fill('queued'),
      ...Array<string>(8).fill('sent'),
    ]);
    expect(server.taken).toHaveLength(8);
    const next = await start(server.port);
    next.worker.start();
    await waitUntil('the rest', allSent(next));
    expect(new Set(server.taken.flatMap(({ to }) => to)).size).toBe(12);
  });

  it('return slow mails to the queue when they stop, without using up an attempt', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return 451;
      },
    });
    const bench = await start(server.port);
    await bench.enqueue('ada@example.org');
    bench.worker.start();
    await waitUntil('the claim', async () => (await states(bench))[0] === 'sending');
    await bench.stop(50);
    expect(await bench.rows()).toMatchObject([{ state: 'queued', attempts: 0, lockedUntil: null }]);
    gate.open();
  });

  it('do not send a mail again that was sent during a database outage', async () => {
    const gate = makeGate();
    const other = await createMigratedDatabase();
    const proxy = await startProxy(other.url);
    let isUnderWay = false;
    const server = await startSmtp({
      message: async () => {
        isUnderWay = true;
        await gate.promise;
        return undefined;
      },
    });
    const bench = await start(server.port, {}, proxy.url);
    try {
      await bench.enqueue('ada@example.org');
      bench.worker.start();
      await waitUntil('the mail at the server', () => isUnderWay);
      await proxy.down();
      gate.open();
      await waitUntil('the hand-over', () => server.taken.length === 1);
      await proxy.up();
      await waitUntil('the record', async () => (await states(bench).catch(() => ['?']))[0] === 'sent');
      expect(server.taken).toHaveLength(1);
    } finally {
      await bench.stop(0);
      await proxy.close();
      await other.drop();
    }
  });
});
