import { describe, expect, it } from 'vitest';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import { waitUntil } from '../../support/wait-until.js';
import { startSmtp } from '../../mail/smtp-server.js';
import { addresses, makeWorker, smtpTo, allSent, states, useOutbox } from './worker-fixture.js';

const outbox = useOutbox();
const { start } = outbox;

describe('MailWorker', () => {
  it('sends each email once and removes its address', async () => {
    const server = await startSmtp();
    const fixture = await start(server.port);
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    await waitUntil('the email', allSent(fixture));
    const [row] = await fixture.rows();
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.headers.get('message-id')).toEqual([`<${String(row?.id)}@localhost>`]);
    expect(row).toMatchObject({ address: null, details: {}, lastError: null, attempts: 1, lockedUntil: null });
    expect(row?.sentAt).toBeInstanceOf(Date);
    expect(await fixture.metric('rollcall_mail_sent_total')).toBe(1);
  });

  it('is woken by the outbox signal before the next poll', async () => {
    const server = await startSmtp();
    const fixture = await start(server.port, { pollInterval: '1h' });
    fixture.worker.start();
    await waitUntil(
      'the first look',
      async () => (await fixture.metric('rollcall_mail_outbox_depth{state="queued"}')) === 0,
    );
    await fixture.enqueue('ada@example.org');
    fixture.worker.wake();
    await waitUntil('the email', () => server.received.length === 1, 3000);
  });

  it('limits how often it counts the outbox', async () => {
    const server = await startSmtp();
    const fixture = await start(server.port);
    await fixture.enqueue(...addresses(40));
    let counts = 0;
    fixture.app.services.db.knex.on('query', ({ sql }: { sql: string }) => {
      if (sql.includes('count(*) FILTER')) counts += 1;
    });
    fixture.worker.start();
    await waitUntil('the emails', allSent(fixture), 60_000);
    await waitUntil(
      'the metric',
      async () => (await fixture.metric('rollcall_mail_outbox_depth{state="queued"}')) === 0,
      40_000,
    );
    expect(counts).toBeGreaterThan(0);
    expect(counts * 4).toBeLessThanOrEqual(40);
  }, 90_000);

  it('sends no email of a transaction that was rolled back', async () => {
    const fixture = await start((await startSmtp()).port);
    const { db, clock } = fixture.app.services;
    const doomed = db.transaction(async (trx) => {
      await OutgoingMail.enqueue(trx, { kind: 'magic_link', userId: null, address: 'a@x.org', now: clock.now() });
      throw new Error('rolled back');
    });
    await expect(doomed).rejects.toThrow('rolled back');
    expect(await fixture.rows()).toEqual([]);
  });

  it('drops mail without a matching account', async () => {
    const fixture = await start((await startSmtp()).port);
    await fixture.enqueue('nobody');
    fixture.worker.start();
    await waitUntil('the end of it', async () => (await states(fixture))[0] === 'dropped');
    expect(await fixture.rows()).toMatchObject([{ lastError: 'nobody', address: null }]);
    expect(await fixture.metric('rollcall_mail_dropped_total{reason="nobody"}')).toBe(1);
  });

  it('applies the quota per recipient, ignoring case', async () => {
    const server = await startSmtp();
    const fixture = await start(server.port);
    await fixture.enqueue(
      ...Array.from({ length: 4 }, () => 'ada@example.org'),
      ...Array.from({ length: 4 }, () => 'ADA@example.org'),
    );
    await fixture.enqueue('eve@example.org');
    fixture.worker.start();
    await waitUntil('the end of all', async () => (await states(fixture)).every((state) => /sent|dropped/.test(state)));
    expect(server.received).toHaveLength(6);
    expect(await fixture.metric('rollcall_mail_dropped_total{reason="rate_limited"}')).toBe(3);
  });

  it('applies the quota across instances and restarts', async () => {
    const server = await startSmtp();
    const workers = [await start(server.port), await start(server.port)] as const;
    const [first] = workers;
    await first.enqueue(...Array.from({ length: 12 }, () => 'ada@example.org'));
    for (const { worker } of workers) worker.start();
    const isOver = async (): Promise<boolean> => (await states(first)).every((state) => /sent|dropped/.test(state));
    await waitUntil('the end of all', isOver);
    expect(server.received).toHaveLength(5);
    for (const { stop } of workers) await stop();
    const successor = await start(server.port);
    await successor.enqueue('ada@example.org');
    successor.worker.start();
    await waitUntil('the end of the last', isOver);
    expect(server.received).toHaveLength(5);
    successor.app.clock.advance(3_600_001);
    await successor.enqueue('ada@example.org');
    successor.worker.wake();
    await waitUntil('the next window', async () => server.received.length === 6 && (await isOver()));
  });

  it('counts an email once, regardless of the number of attempts', async () => {
    let rejections = 8;
    const server = await startSmtp({ message: () => (rejections-- > 0 ? 451 : undefined) });
    const mail = { ...smtpTo(server.port), maxAttempts: 20 };
    const rateLimit = { mail: { points: 1, window: '24d' } };
    const fixture = await makeWorker({ databaseUrl: outbox.databaseUrl, settings: { mail, rateLimit } });
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await waitUntil('the attempt', async () => {
        const [row] = await fixture.rows();
        return row?.state === 'queued' && row.attempts === attempt;
      });
      fixture.app.clock.advance(4 * 3_600_000);
      fixture.worker.wake();
    }
    await waitUntil('the email', allSent(fixture));
  });
});
