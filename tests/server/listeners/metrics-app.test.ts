import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.js';
import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { metricsApp } from '../../../src/server/listeners/metrics-app.js';

describe('the metrics listener', () => {
  let listener: HttpListener;
  let authority: string;

  beforeEach(async () => {
    listener = new HttpListener(metricsApp(new Metrics()));
    await listener.listen('127.0.0.1', 0);
    authority = new URL(listener.url).host;
  });

  afterEach(() => listener.close());

  /** The status of the response to a raw request. */
  const statusOf = (request: string): Promise<number> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(Number(authority.split(':')[1]), '127.0.0.1', () => socket.write(request));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(Number(text.split(' ')[1]));
      });
    });

  it.each([
    ['HTTP/1.0 without Host', 'GET /metrics HTTP/1.0\r\n\r\n', 200],
    ['a query', 'GET /metrics?x=1 HTTP/1.0\r\n\r\n', 200],
    ['a HEAD request', 'HEAD /metrics HTTP/1.0\r\n\r\n', 200],
    ['another path', 'GET /other HTTP/1.0\r\n\r\n', 404],
    ['another method', 'POST /metrics HTTP/1.0\r\n\r\n', 405],
    ['two Hosts', 'GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['HTTP/1.1 without Host', 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a foreign absolute target', 'GET http://b/metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['an absolute target with its host', 'GET http://a/metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 200],
  ])('responds to %s', async (_name, request, status) => {
    expect(await statusOf(request)).toBe(status);
  });

  it('uses the address of the connection if an HTTP/1.0 request has no Host', async () => {
    expect(await statusOf(`GET http://${authority}/metrics HTTP/1.0\r\n\r\n`)).toBe(200);
  });
});
