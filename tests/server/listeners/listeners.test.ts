import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, openDatabase, type TestDatabase } from '../../support/postgres.js';
import { Workplace } from '../../cli/support.js';

const secrets = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ab'.repeat(32), ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(32) };
const places: Workplace[] = [];
let empty: TestDatabase;
let holder: Server;
let usedPort: string;

beforeAll(async () => {
  empty = await createDatabase();
  holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  usedPort = String((holder.address() as AddressInfo).port);
});
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});
afterAll(async () => {
  await new Promise((resolve) => holder.close(resolve));
  await empty.drop();
});

const serve = (env: Record<string, string>) => {
  const place = new Workplace(empty.url, { ...secrets, PORT: '0', ROLLCALL_METRICS_PORT: '0', ...env });
  places.push(place);
  return place.run(['serve']);
};

/** The number of tables in the database. */
const tableCount = async (): Promise<number> => {
  const db = openDatabase(empty.url);
  const { rows } = await db.knex.raw<{ rows: unknown[] }>(
    'SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema()',
  );
  await db.close();
  return rows.length;
};

describe('a start that cannot listen', () => {
  it.each([
    ['the public port is in use', { PORT: '' }, 'EADDRINUSE', 'server.port is set by PORT'],
    ['the host does not exist', { HOST: 'x86_64-conda-linux-gnu.invalid' }, '', 'server.host is set by HOST'],
    [
      'the metrics port is in use in production',
      { NODE_ENV: 'production', ROLLCALL_METRICS_PORT: '' },
      'EADDRINUSE',
      'metrics.port is set by ROLLCALL_METRICS_PORT',
    ],
  ])('exits with one line before anything is created: %s', async (_what, env, code, source) => {
    const given = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === '' ? usedPort : value]),
    );
    const { exitCode, stderr } = await serve(given);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(code);
    expect(stderr.trim().endsWith(source)).toBe(true);
    expect(await tableCount()).toBe(0);
  });
});
