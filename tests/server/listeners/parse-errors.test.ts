import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../../src/config/config.js';
import type { Logger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { warnWithoutClientAddresses } from '../../../src/server/listeners/listen.js';
import { reportParseErrors } from '../../../src/server/listeners/parse-errors.js';

const listeners: HttpListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

/** Sends bytes that are not HTTP to a listener, and returns the fields of the log line. */
const logOfInvalidRequest = async (clientIp: string): Promise<Record<string, unknown>> => {
  const info = vi.fn();
  const config = { current: { logging: { clientIp } } } as unknown as Config;
  const report = reportParseErrors({ config, log: { info } as unknown as Logger, metrics: new Metrics() });
  const listener = new HttpListener((_request, response) => response.end(), undefined, report);
  listeners.push(listener);
  await listener.listen('127.0.0.1', 0);
  const socket = connect(Number(new URL(listener.url).port), '127.0.0.1', () => socket.write('no HTTP\r\n\r\n'));
  await new Promise((resolve) => socket.resume().on('close', resolve));
  expect(info).toHaveBeenCalledOnce();
  return info.mock.calls[0]?.[0] as Record<string, unknown>;
};

describe('the log line of a request that is not HTTP', () => {
  it.each([
    ['full', '127.0.0.1'],
    ['truncated', '127.0.0.0/24'],
    ['none', undefined],
  ])('with logging.clientIp: %s has the client address %s', async (clientIp, expected) => {
    const line = await logOfInvalidRequest(clientIp);
    expect(line['event']).toBe('http.invalid_request');
    expect(line['client_ip']).toBe(expected);
  });
});

describe('the warning about missing client addresses', () => {
  it.each([
    ['unix:/run/rollcall.sock', 0, 1],
    ['unix:/run/rollcall.sock', 1, 0],
    ['127.0.0.1', 0, 0],
  ])('with host %s and %i trusted proxies is logged %i times', (host, trustedProxyHops, times) => {
    const warn = vi.fn();
    const core = { config: { current: { server: { host, trustedProxyHops } } }, log: { warn } };
    warnWithoutClientAddresses(core as unknown as Parameters<typeof warnWithoutClientAddresses>[0]);
    expect(warn).toHaveBeenCalledTimes(times);
  });
});
