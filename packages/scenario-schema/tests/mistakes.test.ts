import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markDatabase, SchemaPool, type SchemaPoolOptions } from '../src/index.js';
import { createDatabase, execute, inLease, leaksOf, serverUrl, shop, startPool } from './support/fixture.js';

/** Starts a pool with options that TypeScript would reject. */
const startWith = (options: object): Promise<SchemaPool> =>
  SchemaPool.start({ env: {}, log: () => undefined, ...options } as object as SchemaPoolOptions);

describe('an option', () => {
  it.each([
    ['without migrations', {}, /^Set the option "migrate" to a function or a command/],
    ['an empty command', { migrate: ' ' }, /^Set the option "migrate" to a function or a command/],
    ['an unknown way to capture', { migrate: shop, capture: 'foo' }, /"capture" must be "pg_dump" or "statements"/],
    ['an unknown server', { migrate: shop, server: 'sytem' }, /^The option "server" must be .*, not "sytem"\.$/],
    [
      'a URL of another kind',
      { migrate: shop, server: { url: 'http://127.0.0.1/x' } },
      /must have the form postgres:\/\//,
    ],
    ['no URL', { migrate: shop, server: { url: 'shop' } }, /must have the form postgres:\/\//],
  ])('that is wrong is named: %s', async (_, options, message) => {
    await expect(startWith(options)).rejects.toThrow(message);
  });
});

describe('a pool that is stopped too early', () => {
  it('names the open leases, which cannot be returned any more', async () => {
    const lines: string[] = [];
    const pool = await startPool({ log: (line) => lines.push(line) });
    const lease = await pool.lease({ title: 'a forgotten lease' });
    await inLease(lease, 'CREATE TABLE leaked (id int)');
    await pool.stop();
    expect(lines).toContain('the lease of a forgotten lease was not returned, so what it left behind was not checked');
    await expect(lease.return()).rejects.toThrow(/^The pool was stopped before the lease of scenario_\w+ was returned/);
    const other = await startPool();
    const failed = await other.lease();
    await other.stop();
    await expect(failed.abandon()).rejects.toThrow(/^The pool was stopped before the lease of/);
  });

  it('does not name a lease that is being returned', async () => {
    const lines: string[] = [];
    const pool = await startPool({ log: (line) => lines.push(line) });
    const lease = await pool.lease({ title: 'an awaited lease' });
    const returned = lease.return();
    await pool.stop();
    await returned;
    expect(lines.join('\n')).not.toContain('an awaited lease');
  });
});

describe('a kept schema on a server of the kit', () => {
  it('is not waited for by a process without the standard input of the user', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kit-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const lines: string[] = [];
    const { PATH } = process.env;
    const pool = await startWith({
      ...{ migrate: shop, keepFailed: true, env: { PATH }, cwd: folder },
      log: (line: string) => lines.push(line),
    });
    await (await pool.lease({ title: 'fails' })).abandon();
    await pool.stop({ wait: false });
    expect(lines.at(-1)).toBe(
      'To keep the schemas of failed tests, set DATABASE_URL: a server that the kit starts ends with the tests.',
    );
    expect(lines.join('\n')).not.toContain('psql');
  });
});

describe('a schema that its scenario has dropped', () => {
  it('is named without the connections of the kit', async () => {
    const pool = await startPool();
    for (let n = 0; n < 4; n += 1) {
      const lease = await pool.lease();
      await (await lease.pool()).query(`DROP SCHEMA ${lease.schema} CASCADE`);
      const leaks = await leaksOf(lease);
      expect(leaks).toContain('table orders dropped');
      expect(leaks.join('\n')).not.toContain('connection');
    }
  });
});

describe('marking a database', () => {
  it('says who may do it', async () => {
    const client = new pg.Client(await createDatabase({ isMarked: false }));
    await client.connect();
    onTestFinished(async () => {
      await client.end();
      await execute(serverUrl(), 'DROP ROLE IF EXISTS marking_guest');
    });
    await execute(serverUrl(), 'CREATE ROLE marking_guest LOGIN');
    await client.query('SET ROLE marking_guest');
    await expect(markDatabase(client, 'shop_', () => undefined)).rejects.toThrow(
      /^Only the owner of the database "kit_\w+" or a superuser can mark it/,
    );
  });
});
