import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { Config } from '../../../src/config/config.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { checkDatabase } from '../../../src/server/doctor/database.js';
import type { Finding } from '../../../src/server/doctor/finding.js';
import { silentLog } from '../../support/open-database.js';
import { startTlsServer, type TlsServer } from '../../support/tls-server.js';

const configDirectory = join(import.meta.dirname, '../../../config');

describe('rollcall doctor with a database that offers TLS', { timeout: 60_000 }, () => {
  let tls: TlsServer;
  let dataDir: string;

  beforeAll(async () => {
    tls = await startTlsServer();
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-doctor-'));
  }, 120_000);

  afterAll(async () => {
    await tls.server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** The findings for a database URL with the given query and host. */
  const findings = async (query: string, hostname = 'localhost'): Promise<Finding[]> => {
    const url = new URL(tls.server.url);
    url.hostname = hostname;
    const env = { ROLLCALL_DATABASE_URL: `${url.href}?${query}` };
    const shared = { nodeEnv: 'development', dataDir, clock: systemClock };
    const config = Config.open({
      ...shared,
      directory: configDirectory,
      env,
      log: silentLog(),
      metrics: new Metrics(),
    });
    try {
      const lists = { errors: [], warnings: [], pendingRestart: [], missingSecrets: [] };
      return await checkDatabase({ ...shared, ...lists, env, configDirectory, settings: config.current });
    } finally {
      await config.close();
    }
  };

  it('connects with sslmode=require, and with verify-full if sslrootcert names the authority', async () => {
    for (const query of ['sslmode=require', `sslmode=verify-full&sslrootcert=${tls.authority}`]) {
      const found = await findings(query);
      expect(found).toContainEqual(
        expect.objectContaining({
          check: 'database',
          status: 'ok',
          message: expect.stringMatching(/^PostgreSQL \d+/) as string,
        }),
      );
      expect(found).toContainEqual(expect.objectContaining({ check: 'database_tls', status: 'ok' }));
    }
  });

  it.each([
    ['an unknown authority', 'localhost', () => 'sslmode=verify-full', /certificate of the server is not trusted/],
    [
      'a certificate for another host',
      '127.0.0.1',
      () => `sslmode=verify-full&sslrootcert=${tls.authority}`,
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    ],
    [
      'a missing certificate file',
      'localhost',
      () => 'sslmode=verify-full&sslrootcert=/nonexistent.crt',
      /Cannot read the file of sslrootcert: \/nonexistent\.crt/,
    ],
  ])('explains %s in one line', async (_name, hostname, query, message) => {
    const [finding, ...others] = await findings(query(), hostname);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: 'database',
      status: 'fail',
      message: expect.stringMatching(message) as string,
    });
    expect(finding?.message).not.toContain('\n');
    expect(finding?.fix).toBeDefined();
  });
});
