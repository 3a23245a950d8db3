import { describe, expect, it } from 'vitest';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { createMigratedDatabase } from '../../support/postgres.js';
import { startProxy } from '../../support/tcp-proxy.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeGate } from './gate.js';
import { startSmtp } from '../../mail/smtp-server.js';
import { addresses, type WorkerFixture, allSent, smtpTo, states, useOutbox } from './worker-fixture.js';

const outbox = useOutbox();
const { start } = outbox;

describe('several workers and restarts', () => {
  it('send each email once', async () => {
    const server = await startSmtp();
    const benches = await Promise.all([start(server.port), start(server.port), start(server.port)]);
    const wanted = addresses(150);
    const [first] = benches as [WorkerFixture, ...WorkerFixture[]];
    await first.enqueue(...wanted);
    for (const { worker } of benches) worker.start();
    await waitUntil('all emails', allSent(first), 20_000);
    expect(server.received.flatMap(({ to }) => to).sort()).toEqual(wanted.sort());
    const shares = await Promise.all(benches.map((fixture) => fixture.metric('rollcall_mail_sent_total')));
    expect(shares.reduce((sum, share) => sum + share)).toBe(150);
    expect(shares.filter((share) => share > 0).length).toBeGreaterThan(1);
  });

  it('do not send an email that another living worker has leased', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return undefined;
      },
    });
    // The mail server must not be given up before the lease is renewed.
    const smtp = { ...smtpTo(server.port).smtp, timeout: '1m' };
    const [one, other] = [await start(server.port, { smtp }), await start(server.port, { smtp })];
    await one.enqueue('ada@example.org');
    one.worker.start();
    await waitUntil('the claim', async () => (await states(one))[0] === 'sending');
    const claimed = (await one.rows())[0]?.lockedUntil?.getTime() ?? 0;
    other.worker.start();
    await waitUntil('the renewal', async () => ((await one.rows())[0]?.lockedUntil?.getTime() ?? 0) > claimed);
    gate.open();
    await waitUntil('the email', allSent(one));
    expect(server.received).toHaveLength(1);
  });

  it('take over the emails of a killed worker', async () => {
    const server = await startSmtp();
    const fixture = await start(server.port);
    await fixture.enqueue('ada@example.org');
    const [left] = await OutgoingMail.lease(fixture.app.services.db.knex, { limit: 1, leaseMs: 300, now: new Date() });
    fixture.worker.start();
    await waitUntil('the email', allSent(fixture));
    expect(await fixture.rows()).toMatchObject([{ attempts: 2 }]);
    // If the first worker was only suspended, it has lost its lease.
    expect(await left?.retry(fixture.app.services.db.knex, 'late', new Date())).toBe(false);
    expect(await states(fixture)).toEqual(['sent']);
    expect(server.received).toHaveLength(1);
  });

  it('give up an email that crashes its worker each time', async () => {
    const fixture = await start((await startSmtp()).port, { maxAttempts: 2 });
    await fixture.enqueue('ada@example.org');
    const { knex } = fixture.app.services.db;
    for (let life = 1; life <= 2; life += 1) {
      await waitUntil('the claim', async () => {
        const claimed = await OutgoingMail.lease(knex, { limit: 1, leaseMs: 1, now: new Date() });
        return claimed[0]?.attempts === life;
      });
    }
    fixture.worker.start();
    await waitUntil('the end of it', async () => (await states(fixture))[0] === 'dead');
    expect(await fixture.rows()).toMatchObject([{ lastError: 'interrupted' }]);
  });

  it('finish emails in flight when they stop, and leave the rest in the queue', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return undefined;
      },
    });
    const fixture = await start(server.port);
    await fixture.enqueue(...addresses(12));
    fixture.worker.start();
    await waitUntil(
      'full slots',
      async () => (await states(fixture)).filter((state) => state === 'sending').length === 8,
    );
    const stopped = fixture.stop();
    gate.open();
    await stopped;
    expect((await states(fixture)).sort()).toEqual([
      ...Array<string>(4).fill('queued'),
      ...Array<string>(8).fill('sent'),
    ]);
    expect(server.received).toHaveLength(8);
    const next = await start(server.port);
    next.worker.start();
    await waitUntil('the rest', allSent(next));
    expect(new Set(server.received.flatMap(({ to }) => to)).size).toBe(12);
  });

  it('return slow emails to the queue when they stop, without using up an attempt', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        await gate.promise;
        return 451;
      },
    });
    const fixture = await start(server.port);
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    await waitUntil('the claim', async () => (await states(fixture))[0] === 'sending');
    await fixture.stop(50);
    expect(await fixture.rows()).toMatchObject([{ state: 'queued', attempts: 0, lockedUntil: null }]);
    gate.open();
  });

  it('do not send an email again that was sent during a database outage', async () => {
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
    const fixture = await start(server.port, {}, proxy.url);
    try {
      await fixture.enqueue('ada@example.org');
      fixture.worker.start();
      await waitUntil('the email at the server', () => isUnderWay);
      await proxy.down();
      gate.open();
      await waitUntil('the hand-over', () => server.received.length === 1);
      await proxy.up();
      await waitUntil('the record', async () => (await states(fixture).catch(() => ['?']))[0] === 'sent');
      expect(server.received).toHaveLength(1);
    } finally {
      await fixture.stop(0);
      await proxy.close();
      await other.drop();
    }
  });
});
