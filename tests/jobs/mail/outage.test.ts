import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { makeGate } from './gate.js';
import { startSmtp } from '../../mail/smtp-server.js';
import { addresses, makeWorker, smtpTo, allSent, states, useOutbox } from './worker-fixture.js';

const outbox = useOutbox();
const { start } = outbox;

describe('a failing mail server', () => {
  it('is probed while it is down and gets the email afterwards, without using up attempts', async () => {
    const server = await startSmtp();
    await server.down();
    const fixture = await start(server.port, { maxAttempts: 2 });
    await fixture.enqueue('ada@example.org', 'grace@example.org');
    fixture.worker.start();
    await waitUntil('the failure', async () =>
      (await fixture.rows()).every(({ lastError }) => lastError === 'unreachable'),
    );
    for (let probe = 1; probe <= 4; probe += 1) {
      fixture.app.clock.advance(31_000);
      fixture.worker.wake();
    }
    await waitUntil('rest', async () => (await states(fixture)).every((state) => state === 'queued'));
    expect(await fixture.rows()).toMatchObject([{ attempts: 0 }, { attempts: 0, address: 'grace@example.org' }]);
    await server.up();
    fixture.app.clock.advance(31_000);
    await waitUntil('the emails', allSent(fixture));
    expect(server.received).toHaveLength(2);
    expect(await fixture.rows()).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    const lines = fixture.lines.filter(({ event }) => /^mail\.(transport|delivery)/.test(String(event)));
    expect(lines).toMatchObject([
      { level: 'warn', event: 'mail.transport_unavailable', reason: 'unreachable' },
      { level: 'info', event: 'mail.transport_available', outage_ms: expect.any(Number) as number },
    ]);
  });

  it('that is too slow for a probe gets a single email as a further probe', async () => {
    const server = await startSmtp({
      message: ({ to }) => (to[0] === 'stuck@example.org' ? new Promise<undefined>(() => undefined) : undefined),
      options: {
        onConnect(_session, done) {
          setTimeout(done, 2500);
        },
      },
    });
    const fixture = await start(server.port);
    const logged = (name: string): boolean => fixture.lines.some(({ event }) => event === name);
    await fixture.enqueue('stuck@example.org');
    fixture.worker.start();
    await waitUntil('the outage', () => logged('mail.transport_unavailable'), 30_000);
    await fixture.enqueue('ada@example.org');
    fixture.app.clock.advance(1500);
    fixture.worker.wake();
    await waitUntil('the email', () => server.received.length === 1, 30_000);
    await waitUntil('its end', () => logged('mail.transport_available'));
    expect(server.received[0]?.to).toEqual(['ada@example.org']);
  }, 90_000);

  it('that is slow and confirms no email uses up attempts, since it may have accepted the email each time', async () => {
    const server = await startSmtp({
      message: () => new Promise<undefined>(() => undefined),
      options: {
        onConnect(_session, done) {
          setTimeout(done, 2500);
        },
      },
    });
    const fixture = await start(server.port, { maxAttempts: 2 });
    await fixture.enqueue('stuck@example.org');
    fixture.worker.start();
    await waitUntil(
      'the last attempt',
      async () => {
        const [state] = await states(fixture);
        if (state === 'queued') {
          fixture.app.clock.advance(31_000);
          fixture.worker.wake();
        }
        return state === 'dead';
      },
      80_000,
    );
    expect(await fixture.rows()).toMatchObject([{ attempts: 2, lastError: 'timeout' }]);
  }, 90_000);

  it('is replaced immediately by another transport', async () => {
    const [gone, other] = [await startSmtp(), await startSmtp()];
    await gone.down();
    const fixture = await start(gone.port);
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    await waitUntil('the failure', async () => (await fixture.rows())[0]?.lastError === 'unreachable');
    const { config } = fixture.app.services;
    const next = {
      ...config.current,
      mail: { ...config.current.mail, smtp: { ...config.current.mail.smtp, port: other.port } },
    };
    (await fixture.mailer.prepare(next, config.current))?.commit();
    await waitUntil('the email', allSent(fixture));
    expect(other.received).toHaveLength(1);
  });

  it('marks an email dead after the last attempt', async () => {
    const server = await startSmtp({ message: () => 451 });
    const fixture = await start(server.port, { maxAttempts: 2 });
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    await waitUntil(
      'the first attempt',
      async () => (await fixture.rows())[0]?.state === 'queued' && (await fixture.rows())[0]?.attempts === 1,
    );
    fixture.app.clock.advance(10_000);
    await waitUntil('the end of it', async () => (await states(fixture))[0] === 'dead');
    expect(await fixture.rows()).toMatchObject([
      { attempts: 2, lastError: 'deferred: 451 refused with 451', address: 'ada@example.org' },
    ]);
    fixture.app.clock.advance(86_400_000);
    fixture.worker.wake();
    await waitUntil('the metric', async () => (await fixture.metric('rollcall_mail_outbox_depth{state="dead"}')) === 1);
    expect(await fixture.rows()).toMatchObject([{ attempts: 2, state: 'dead' }]);
    expect(await fixture.metric('rollcall_mail_failures_total{reason="deferred"}')).toBe(2);
  });

  it('can reject one recipient permanently without affecting the others', async () => {
    const server = await startSmtp({ recipient: (address) => (address.startsWith('gone') ? 550 : undefined) });
    const fixture = await start(server.port);
    await fixture.enqueue('gone@example.org', 'ada@example.org');
    fixture.worker.start();
    await waitUntil('the end of both', async () => (await states(fixture)).every((state) => /sent|dead/.test(state)));
    expect(await fixture.rows()).toMatchObject([
      { state: 'dead', attempts: 1, lastError: 'recipient_refused: 550 refused with 550' },
      { state: 'sent', attempts: 1 },
    ]);
  });

  it('can be slow for one email without delaying the others', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async ({ to }) => {
        if (to[0] === 'slow@example.org') await gate.promise;
        return undefined;
      },
    });
    const fixture = await start(server.port);
    await fixture.enqueue('slow@example.org', ...addresses(20));
    fixture.worker.start();
    await waitUntil('the others', () => server.received.length === 20);
    expect(await fixture.metric('rollcall_mail_outbox_depth{state="dead"}')).toBe(0);
    gate.open();
    await waitUntil('all', allSent(fixture));
    expect(server.received).toHaveLength(21);
  });

  it('does not lose an email when composing it fails', async () => {
    const server = await startSmtp();
    let failures = 1;
    const fixture = await makeWorker(
      { databaseUrl: outbox.databaseUrl, settings: { mail: smtpTo(server.port) } },
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
    await fixture.enqueue('ada@example.org');
    fixture.worker.start();
    await waitUntil('the failure', async () => (await fixture.rows())[0]?.lastError === 'compose_failed');
    fixture.app.clock.advance(10_000);
    await waitUntil('the email', allSent(fixture));
  });
});
