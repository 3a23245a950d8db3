import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchOutput } from '../../src/server/process/output-errors.js';
import { noSecrets, Workplace } from './support.js';

let server: Server;
let status = 200;
let place: Workplace | undefined;

beforeEach(async () => {
  status = 200;
  server = createServer((request, response) => {
    response.writeHead(request.url === '/api/healthz' ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  place?.remove();
  await new Promise((resolve) => server.close(resolve));
});

const port = (): string => String((server.address() as AddressInfo).port);

/** Like in the image: production without secrets, with PORT from the image and a setting of the operator. */
const check = (env: Record<string, string>, local = '{}') => {
  place = new Workplace('', { NODE_ENV: 'production', ...noSecrets, HOST: '0.0.0.0', ...env });
  place.write('config/local.yaml', local);
  return place.run(['healthcheck']);
};

describe('rollcall healthcheck', () => {
  it('uses the configured port', async () => {
    expect(await check({ PORT: '1', ROLLCALL_SERVER_PORT: port() })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await check({}, `server: {port: ${port()}}`)).toMatchObject({ exitCode: 0 });
    expect(await check({ HOST: 'localhost', PORT: port() })).toMatchObject({ exitCode: 0 });
  });

  it('fails with one line if the service is unhealthy or not running', async () => {
    status = 503;
    const unhealthy = await check({ PORT: port() });
    expect([unhealthy.exitCode, unhealthy.stderr]).toEqual([
      1,
      `rollcall: http://127.0.0.1:${port()}/api/healthz responded with 503\n`,
    ]);
    const gone = await check({ PORT: '1' });
    expect([gone.exitCode, gone.stderr]).toEqual([1, 'rollcall: http://127.0.0.1:1/api/healthz did not respond\n']);
  });
});

describe('output that cannot be written', () => {
  it('is not a failure if the pipe is closed, and is reported if the disk is full', () => {
    const [out, err] = [new EventEmitter(), new EventEmitter()];
    const failure = watchOutput(out, err);
    out.emit('error', Object.assign(new Error(), { code: 'EPIPE' }));
    expect(failure()).toBeNull();
    err.emit('error', Object.assign(new Error(), { code: 'ENOSPC' }));
    expect(failure()).toBe('ENOSPC');
  });
});

describe('rollcall config check in production', () => {
  it('requires no secrets, and lists the secrets that the service requires', async () => {
    place = new Workplace('', { NODE_ENV: 'production', ...noSecrets });
    const { exitCode, stdout } = await place.run(['config', 'check']);
    expect(exitCode).toBe(0);
    const names = ['ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY', 'ROLLCALL_PASSWORD_PEPPER', 'DATABASE_URL'];
    for (const name of names) expect(stdout).toContain(name);
    const document = JSON.parse((await place.run(['config', 'check', '--json'])).stdout) as Record<string, unknown>;
    expect(document).toMatchObject({ data: { valid: true, needed_at_start: names } });
    expect((await place.run(['config', 'show'])).exitCode).toBe(0);
  });
});
