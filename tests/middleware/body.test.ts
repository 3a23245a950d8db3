import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors/app-error.js';
import { body } from '../../src/middleware/body.js';
import type { RequestState } from '../../src/middleware/context.js';

const bodyLimit = 1000;

/** An app that reads bodies and answers with the code of what was wrong, or `fine`. */
const app = (): Koa<RequestState> =>
  new Koa<RequestState>()
    .use(async (ctx, next) => {
      Object.assign(ctx.state, {
        settings: { server: { bodyLimit } },
        deadline: { pausedDuring: (work: () => Promise<unknown>) => work() },
      });
      try {
        await next();
        ctx.body = 'fine';
      } catch (error) {
        ctx.body = error instanceof AppError ? error.code : 'foreign error';
      }
    })
    .use(body());

describe('body', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let server: ReturnType<Koa['listen']>;

  beforeEach(async () => {
    server = app().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });

  afterEach(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });

  /** Sends a body in chunks over the one connection there is. */
  const send = (payload: string | Buffer, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sent = request(
        { agent, port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => {
            resolve(text);
          });
        },
      );
      sent.on('error', reject);
      sent.write(payload);
      sent.end();
    });

  it.each([
    ['a body over the limit', 'a'.repeat(2_000_000), {}, 'payload_too_large'],
    ['a bomb', gzipSync(Buffer.alloc(20_000_000)), { 'Content-Encoding': 'gzip' }, 'payload_too_large'],
    ['a lie about the encoding', Buffer.alloc(300_000, 65), { 'Content-Encoding': 'gzip' }, 'bad_encoding'],
  ])('reads the rest of %s, so that the connection can be reused', async (_what, payload, headers, code) => {
    expect(await send(payload, headers)).toBe(code);
    expect(await send('{}')).toBe('fine');
  });

  it.each([
    ['application/json', 'fine'],
    ['APPLICATION/JSON; charset=UTF-8', 'fine'],
    ['application/json; charset=latin1', 'unsupported_media_type'],
    ['application/problem+json', 'unsupported_media_type'],
    ['text/plain', 'unsupported_media_type'],
  ])('handles a body of the type %s as %s', async (type, outcome) => {
    expect(await send('{}', { 'Content-Type': type })).toBe(outcome);
  });

  it.each([
    ['half a document', '{', 'malformed_json'],
    ['a duplicate member', '{"name": 1, "name": 2}', 'malformed_json'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed_json'],
    ['an unknown encoding', '{}', 'unsupported_media_type'],
  ])('rejects %s', async (what, payload, code) => {
    const headers = what === 'an unknown encoding' ? { 'Content-Encoding': 'rot13' } : {};
    expect(await send(payload, headers as Record<string, string>)).toBe(code);
  });
});
