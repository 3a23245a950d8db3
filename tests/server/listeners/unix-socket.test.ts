import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { HttpListener } from '../../../src/server/listeners/http-listener.js';
import { Workplace } from '../../cli/support.js';
import { startHaProxy } from '../../support/haproxy.js';
import { useTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let folder: string;
let path: string;
const closing: (() => Promise<unknown> | void)[] = [];

useTestApp((started) => {
  app = started;
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-socket-'));
  path = join(folder, 'rollcall.sock');
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const listen = async (mode = 0o660): Promise<HttpListener> => {
  const listener = new HttpListener(createApp({ ...app.services, metrics: new Metrics() }).callback());
  await listener.listenOnSocket(path, { mode });
  closing.push(() => listener.close());
  return listener;
};

const get = (target: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath: path, path: target, headers: { Host: 'localhost', ...headers }, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.end();
  });

describe('a listener on a Unix socket', () => {
  it('serves requests, has the configured mode, and removes its file when it closes', async () => {
    const listener = await listen(0o600);
    expect(listener.url).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await get('/api/health')).status).toBe(200);
    await listener.close();
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('replaces the socket of a killed process', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(() => execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' })).toThrow();
    expect(statSync(path).isSocket()).toBe(true);
    await listen();
    expect((await get('/api/health')).status).toBe(200);
  });

  it('does not replace a socket in use', async () => {
    await listen();
    const second = new HttpListener(createApp({ ...app.services, metrics: new Metrics() }).callback());
    await expect(second.listenOnSocket(path, { mode: 0o660 })).rejects.toThrow('another service is using it');
    expect((await get('/api/health')).status).toBe(200);
  });

  it('does not replace a file that is not a socket', async () => {
    writeFileSync(path, 'precious');
    const listener = new HttpListener(createApp({ ...app.services, metrics: new Metrics() }).callback());
    await expect(listener.listenOnSocket(path, { mode: 0o660 })).rejects.toThrow('exists and is not a socket');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('is used by the health check, which fails if nothing listens', async () => {
    const place = new Workplace(app.databaseUrl, { HOST: `unix:${path}` });
    closing.push(() => {
      place.remove();
    });
    expect(await place.run(['healthcheck'])).toMatchObject({ exitCode: 1 });
    await listen();
    expect(await place.run(['healthcheck'])).toMatchObject({ exitCode: 0 });
  });

  it('rate limits clients behind a proxy by their IP addresses', async () => {
    await app.configure({ server: { trustedProxyHops: 1 }, rateLimit: { greet: { points: 1, burst: 0 } } });
    await listen();
    const greet = async (client: string): Promise<number> =>
      (await get('/api/v1/greet', { 'X-Forwarded-For': client })).status;
    expect([await greet('192.0.2.1'), await greet('192.0.2.1'), await greet('192.0.2.2')]).toEqual([200, 429, 200]);
  });

  it('serves behind HAProxy', async () => {
    await listen(0o666);
    const proxy = await startHaProxy(`unix@${path}`);
    closing.push(() => proxy.stop());
    expect((await fetch(`${proxy.url}/api/health`)).status).toBe(200);
  });
});

describe('a start on a Unix socket that cannot be used', () => {
  it('exits with one line that contains the socket and the setting', async () => {
    const missing = join(folder, 'nowhere', 'rollcall.sock');
    const place = new Workplace(app.databaseUrl, { HOST: `unix:${missing}`, ROLLCALL_METRICS_PORT: '0' });
    closing.push(() => {
      place.remove();
    });
    const { exitCode, stderr } = await place.run(['serve']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot listen on unix:${missing} (the directory does not exist)`);
    expect(stderr).toContain('server.host is set by HOST');
  });
});
