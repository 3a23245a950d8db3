import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DeliveryError } from '../../src/mail/delivery-error.js';
import { smtpTransport, type SmtpSettings } from '../../src/mail/smtp.js';
import type { OutboundMail } from '../../src/mail/transport.js';
import { captureError } from '../support/capture-error.js';
import { makeGate } from '../jobs/mail/gate.js';
import { startSmtp } from './smtp-server.js';

const mail: OutboundMail = {
  from: { name: 'Rollcall', address: 'no-reply@example.org' },
  to: 'ada@example.org',
  subject: 'Hello',
  text: 'Plain text',
  html: '<p>Rich text</p>',
  messageId: '<0190-1@example.org>',
  date: new Date('2026-02-01T10:00:00Z'),
};

const never = new AbortController().signal;

const transportTo = (port: number, changes: Partial<SmtpSettings> = {}) =>
  smtpTransport({
    host: '127.0.0.1',
    port,
    name: 'rollcall.example.org',
    secure: false,
    username: null,
    password: null,
    timeout: 5000,
    tls: { required: false, rejectUnauthorized: true },
    ...changes,
  } as SmtpSettings & { host: string; name: string });

const deliveryErrorOf = async (attempt: Promise<unknown>) => {
  const error = await captureError(attempt);
  expect(error).toBeInstanceOf(DeliveryError);
  const { reason, isFinal, message } = error as DeliveryError;
  return { reason, isFinal, message };
};

describe('smtpTransport', () => {
  it('sends both texts, the Message-ID and the Auto-Submitted header', async () => {
    const server = await startSmtp();
    await transportTo(server.port).send(mail, never);
    expect(server.received).toHaveLength(1);
    const [{ from, to, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([from, to]).toEqual(['no-reply@example.org', ['ada@example.org']]);
    expect(headers.get('from')).toEqual(['Rollcall <no-reply@example.org>']);
    expect(headers.get('to')).toEqual(['ada@example.org']);
    expect(headers.get('subject')).toEqual(['Hello']);
    expect(headers.get('message-id')).toEqual(['<0190-1@example.org>']);
    expect(headers.get('auto-submitted')).toEqual(['auto-generated']);
    expect(headers.get('date')).toEqual(['Sun, 01 Feb 2026 10:00:00 +0000']);
    expect(body).toContain('Plain text');
    expect(body).toContain('<p>Rich text</p>');
  });

  it.each([
    ['a subject', { subject: 'Hello\r\nBcc: eve@example.org' }],
    ['a sender', { from: { name: 'Rollcall\r\nBcc: eve@example.org', address: 'no-reply@example.org' } }],
    ['a Message-ID', { messageId: '<1@x>\r\nBcc: eve@example.org' }],
  ])('prevents header injection through %s', async (_what, changes) => {
    const server = await startSmtp();
    await transportTo(server.port).send({ ...mail, ...changes }, never);
    expect(server.received[0]?.headers.has('bcc')).toBe(false);
    expect(server.received[0]?.to).toEqual(['ada@example.org']);
  });

  it.each([
    'ada@example.org, eve@example.org',
    'ada@example.org\r\nRCPT TO:<eve@example.org>',
    '<eve@example.org>',
    'eve',
  ])('rejects a recipient that is not a single address: %j', async (to) => {
    const server = await startSmtp();
    const found = await deliveryErrorOf(transportTo(server.port).send({ ...mail, to }, never));
    expect(found).toMatchObject({ reason: 'bad_address', isFinal: true });
    expect(server.received).toEqual([]);
  });

  it('does not include files or URLs in an email', async () => {
    const server = await startSmtp();
    const html = { path: '/etc/hostname' } as unknown as string;
    await captureError(transportTo(server.port).send({ ...mail, html }, never));
    expect(server.received.some(({ body }) => body.includes(readFileSync('/etc/hostname', 'utf8').trim()))).toBe(false);
  });

  it.each([
    [550, { reason: 'recipient_refused', isFinal: true }],
    [450, { reason: 'deferred', isFinal: false }],
  ])('reports a rejected recipient (%i)', async (code, expected) => {
    const server = await startSmtp({ recipient: () => code });
    const found = await deliveryErrorOf(transportTo(server.port).send(mail, never));
    expect(found).toMatchObject(expected);
    expect(found.message).not.toContain('ada');
  });

  it.each([
    [554, { reason: 'message_refused', isFinal: true }],
    [451, { reason: 'deferred', isFinal: false }],
  ])('reports a rejected message (%i)', async (code, expected) => {
    const server = await startSmtp({ message: () => code });
    expect(await deliveryErrorOf(transportTo(server.port).send(mail, never))).toMatchObject(expected);
  });

  it('reports an unreachable server', async () => {
    const server = await startSmtp();
    await server.down();
    const transport = transportTo(server.port);
    expect(await deliveryErrorOf(transport.send(mail, never))).toMatchObject({ reason: 'unreachable', isFinal: false });
    expect(await deliveryErrorOf(transport.probe())).toMatchObject({ reason: 'unreachable' });
    await server.up();
    await transport.probe();
    await transport.send(mail, never);
    expect(server.received).toHaveLength(1);
  });

  it('times out if the server does not respond', async () => {
    const sockets: Socket[] = [];
    const hung = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      hung.close();
    });
    const { port } = hung.address() as AddressInfo;
    const found = await deliveryErrorOf(transportTo(port, { timeout: 200 }).send(mail, never));
    expect(found).toMatchObject({ reason: 'timeout', isFinal: false });
  });

  it('limits the total time of a probe, also for a server that sends data slowly', async () => {
    const timers = new Set<NodeJS.Timeout>();
    const slow = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 here\r\n');
      socket.once('data', () => timers.add(setInterval(() => socket.write('250-more to come\r\n'), 100)));
    });
    const sockets = new Set<Socket>();
    slow.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      slow.close();
    });
    const { port } = slow.address() as AddressInfo;
    const beganMs = performance.now();
    expect(await deliveryErrorOf(transportTo(port, { timeout: 30_000 }).probe())).toMatchObject({ reason: 'timeout' });
    expect(performance.now() - beganMs).toBeLessThan(15_000);
  });

  it('can be aborted', async () => {
    const gate = makeGate();
    const server = await startSmtp({
      message: async () => {
        stop.abort();
        await gate.promise;
        return undefined;
      },
    });
    const stop = new AbortController();
    const found = await deliveryErrorOf(transportTo(server.port).send(mail, stop.signal));
    gate.open();
    expect(found).toMatchObject({ reason: 'interrupted', isFinal: false });
  });
});

describe('TLS and authentication', () => {
  const withTls = { options: { disabledCommands: ['AUTH'] } };

  it('uses TLS if the server offers it, and verifies the certificate', async () => {
    const server = await startSmtp(withTls);
    const found = await deliveryErrorOf(transportTo(server.port).send(mail, never));
    expect(found).toMatchObject({ reason: 'tls_failed', isFinal: false });
    await transportTo(server.port, { tls: { required: true, rejectUnauthorized: false } }).send(mail, never);
    expect(server.received.map(({ isEncrypted }) => isEncrypted)).toEqual([true]);
  });

  it('sends nothing to a server without TLS if TLS is required', async () => {
    const server = await startSmtp();
    const transport = transportTo(server.port, { tls: { required: true, rejectUnauthorized: true } });
    expect(await deliveryErrorOf(transport.send(mail, never))).toMatchObject({ reason: 'tls_failed', isFinal: false });
    expect(await deliveryErrorOf(transport.probe())).toMatchObject({ reason: 'tls_failed' });
    expect(server.received).toEqual([]);
  });

  it('reports a wrong password without revealing it', async () => {
    const server = await startSmtp({
      options: {
        disabledCommands: ['STARTTLS'],
        authOptional: false,
        allowInsecureAuth: true,
        onAuth({ username, password }, _session, done) {
          const isRight = username === 'rollcall' && password === 'right horse';
          done(isRight ? null : new Error(`wrong: ${String(password)}`), { user: 'rollcall' });
        },
      },
    });
    const wrong = transportTo(server.port, { username: 'rollcall', password: 'wrong horse' });
    const found = await deliveryErrorOf(wrong.send(mail, never));
    expect(found).toMatchObject({ reason: 'login_refused', isFinal: false });
    expect(found.message).not.toContain('horse');
    const right = transportTo(server.port, { username: 'rollcall', password: 'right horse' });
    await right.probe();
    await right.send(mail, never);
    expect(server.received).toHaveLength(1);
  });
});
