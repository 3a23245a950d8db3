import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connector } from '../../src/database/connector.js';
import type { TemporaryServer } from 'embedded-postgres-server';
import { closeConnection } from '../../src/database/query.js';
import type { ConnectionEnvironment } from '../../src/database/url.js';
import { captureError } from '../support/capture-error.js';
import { startTlsServer } from '../support/tls-server.js';

let server: TemporaryServer;
let folder: string;
let authority: string;

beforeAll(async () => {
  ({ server, authority } = await startTlsServer());
  folder = await mkdtemp(join(tmpdir(), 'rollcall-connector-'));
}, 120_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Connects to the server under the name `localhost`, and says whether the connection is encrypted. */
const isEncrypted = async (
  query: string,
  { change, env }: { change?: (url: URL) => void; env?: ConnectionEnvironment } = {},
): Promise<boolean> => {
  const url = new URL(server.url);
  url.hostname = 'localhost';
  change?.(url);
  const connector = new Connector(`${url.href}?${query}`, env);
  const connection = await connector.open({ statementTimeoutMs: 20_000 });
  try {
    const { rows } = await connection.query<{ ssl: boolean }>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return rows[0]?.ssl === true;
  } finally {
    await closeConnection(connection);
  }
};

describe('a server with TLS', { timeout: 60_000 }, () => {
  it.each([
    ['', true],
    ['sslmode=disable', false],
    ['sslmode=allow', false],
    ['sslmode=prefer', true],
    ['sslmode=require', true],
  ])('is connected to with %j: encrypted is %s', async (query, expected) => {
    expect(await isEncrypted(query)).toBe(expected);
  });

  it('is trusted by verify-ca and verify-full when sslrootcert names its authority', async () => {
    for (const mode of ['verify-ca', 'verify-full']) {
      expect(await isEncrypted(`sslmode=${mode}&sslrootcert=${authority}`)).toBe(true);
    }
  });

  it.each(['verify-ca', 'verify-full'])('is rejected by %s when its certificate is unknown', async (mode) => {
    const error = await captureError(isEncrypted(`sslmode=${mode}`));
    expect(error).toMatchObject({ name: 'ConnectionRejectedError' });
    expect(String(error)).toContain('sslrootcert');
  });

  it('must have the name of the URL for verify-full alone, also where hostaddr says where it is', async () => {
    const byAddress = { change: (url: URL) => (url.hostname = '127.0.0.1') };
    const trust = `sslrootcert=${authority}`;
    expect(await isEncrypted(`sslmode=verify-ca&${trust}`, byAddress)).toBe(true);
    expect(await captureError(isEncrypted(`sslmode=verify-full&${trust}`, byAddress))).toMatchObject({
      name: 'ConnectionRejectedError',
    });
    expect(await isEncrypted(`sslmode=verify-full&${trust}&hostaddr=127.0.0.1`)).toBe(true);
  });
});

describe('a password', { timeout: 60_000 }, () => {
  const without = (url: URL): void => {
    url.password = '';
  };

  it('comes from PGPASSWORD or the password file, whose first matching line counts', async () => {
    const { username, password, port } = new URL(server.url);
    const file = join(folder, 'pgpass');
    await writeFile(
      file,
      `# comment\nelsewhere:*:*:*:wrong\nlocalhost:${port}:*:${username}:${password}\n*:*:*:*:wrong\n`,
      {
        mode: 0o600,
      },
    );
    expect(await isEncrypted('', { change: without, env: { PGPASSWORD: password } })).toBe(true);
    expect(await isEncrypted('', { change: without, env: { PGPASSFILE: file } })).toBe(true);
    expect(await isEncrypted(`passfile=${file}`, { change: without })).toBe(true);
    await chmod(file, 0o644);
    expect(String(await captureError(isEncrypted(`passfile=${file}`, { change: without })))).toContain('chmod 0600');
  });

  it('is rejected if it is missing or wrong', async () => {
    const env = { HOME: folder };
    expect(String(await captureError(isEncrypted('', { change: without, env })))).toContain('PGPASSWORD');
    const wrong = await captureError(isEncrypted('', { change: without, env: { PGPASSWORD: 'wrong' } }));
    expect(wrong).toMatchObject({
      name: 'ConnectionRejectedError',
      message: expect.stringContaining('28P01') as string,
    });
  });
});

describe('several hosts', { timeout: 60_000 }, () => {
  const textOf = (hosts: string, query: string): string => {
    const { username, password } = new URL(server.url);
    return `postgres://${username}:${password}@${hosts}/postgres?${query}`;
  };
  const connect = async (hosts: string, query = ''): Promise<void> =>
    closeConnection(await new Connector(textOf(hosts, query)).open({ statementTimeoutMs: 20_000 }));

  it('are tried in order until one responds and has the required role', async () => {
    const { port } = new URL(server.url);
    const both = `127.0.0.1:1,127.0.0.1:${port}`;
    for (const kind of ['any', 'read-write', 'primary', 'prefer-standby']) {
      await connect(both, `target_session_attrs=${kind}`);
    }
    for (const kind of ['standby', 'read-only']) {
      const error = await captureError(connect(`127.0.0.1:${port}`, `target_session_attrs=${kind}`));
      expect(error).toMatchObject({ name: 'DatabaseConnectionError', message: `no server of the URL is ${kind}` });
    }
  });
});
