import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useServices } from '../support/service.js';

describe('the process', () => {
  const { start, database } = useServices();

  it('reports in one line that the signing keys are encrypted with another key', async () => {
    const { url: databaseUrl } = await database();
    const first = start({ DATABASE_URL: databaseUrl, ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ab'.repeat(32) });
    await first.listening();
    const second = start({ DATABASE_URL: databaseUrl, ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'cd'.repeat(32) });
    expect(await second.exited).toBe(2);
    expect(second.err().trim().split('\n')).toHaveLength(1);
    expect(second.err()).toContain('auth.keys.encryptionKey');
  });

  it('exits with 1 and one line if the database rejects the password or does not exist', async () => {
    const { url } = await database();
    const absent = new URL(url);
    absent.pathname = '/no_such_database';
    const service = start({ DATABASE_URL: absent.href });
    expect(await service.exited).toBe(1);
    expect(service.err().trim().split('\n')).toHaveLength(1);
    expect(service.err()).not.toContain(absent.password);
  });

  it('reports every error of an invalid configuration and exits with 2', async () => {
    const service = start({}, 'server:\n  prot: 1\napi:\n  v2Enabled: 5\n');
    expect(await service.exited).toBe(2);
    expect(service.err()).toContain('server.prot');
    expect(service.err()).toContain('api.v2Enabled');
  });

  it('does not start in production without its secrets and a database', async () => {
    const service = start({ NODE_ENV: 'production' });
    expect(await service.exited).toBe(2);
    expect(service.err()).toContain('ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY');
    expect(service.err()).toContain('ROLLCALL_PASSWORD_PEPPER');
  });

  it('reports that a port is in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const { url: databaseUrl } = await database();
    const service = start({ DATABASE_URL: databaseUrl, PORT: String(port) });
    expect(await service.exited).toBe(1);
    expect(service.err()).toContain('EADDRINUSE');
    await new Promise((resolve) => holder.close(resolve));
  });
});
