import { describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../src/observability/metrics.js';
import { captureError } from '../support/capture-error.js';
import { openDatabase, recordLog } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';
import { connections, useEmptyDatabase, valueOf } from './support.js';

const testDatabase = useEmptyDatabase();
const { open } = testDatabase;

describe('a session', () => {
  it('receives its settings in the startup packet', async () => {
    const database = open({ statementTimeoutMs: 1234, applicationName: 'settings' });
    expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('1234ms');
    expect(await valueOf(database, `current_setting('timezone')`)).toBe('UTC');
    expect(await valueOf(database, `current_setting('application_name')`)).toBe('settings');
  });

  it('has exactly the given schema on its path, however it is named', async () => {
    const admin = open();
    for (const schema of ['plain', 'with blank', `quo"te\\d, and 'comma'`]) {
      await admin.knex.raw(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
      const database = open({ schema });
      expect(database.schema).toBe(schema);
      expect(await valueOf(database, 'current_schemas(false)::text[]')).toEqual([schema]);
    }
  });

  it('keeps the settings in the URL', async () => {
    const url = `${testDatabase.url}?options=-c%20work_mem%3D8MB`;
    const database = open({ url });
    expect(await valueOf(database, `current_setting('work_mem')`)).toBe('8MB');
    expect(await valueOf(database, `current_setting('statement_timeout')`)).toBe('5s');
  });

  it('reads times as dates, counts as numbers, addresses as text', async () => {
    const database = open();
    expect(await valueOf(database, `timestamptz '2026-01-02 03:04:05.678+00'`)).toEqual(
      new Date('2026-01-02T03:04:05.678Z'),
    );
    expect(await valueOf(database, 'count(*)')).toBe(1);
    expect(await valueOf(database, `inet '2001:db8::1'`)).toBe('2001:db8::1');
  });
});
describe('a slow query', () => {
  it('is logged with its text and without its values, and counted', async () => {
    const { log, lines } = recordLog();
    const metrics = new Metrics();
    const database = open({ slowQueryMs: 40, log, metrics });
    await database.knex.raw('SELECT pg_sleep(?), ?::text', [0.05, 's3cret']);
    await database.prepared({ name: 'nap', text: 'SELECT pg_sleep($1), $2::text' }, [0.05, 's3cret']);
    const patient = open({ slowQueryMs: 60_000, log });
    await patient.knex.raw('SELECT 1');
    const slow = lines.filter((line) => line['msg'] === 'slow query');
    expect(slow).toMatchObject([
      { level: 'warn', sql: 'SELECT pg_sleep($1), $2::text' },
      { level: 'warn', sql: 'SELECT pg_sleep($1), $2::text' },
    ]);
    expect(Number(slow[0]?.['duration_ms'])).toBeGreaterThanOrEqual(40);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
    expect(await metrics.expose()).toContain('rollcall_database_slow_queries_total 2');
  });
});

describe('the pool', () => {
  it('changes nothing until it is used', async () => {
    const idle = open({ applicationName: 'idle', pool: { min: 2, max: 4 } });
    expect(await connections(open(), 'idle')).toBe(0);
    await idle.knex.raw('SELECT 1');
    expect(await connections(open(), 'idle')).toBe(1);
  });

  it('counts audit events that cannot be inserted, and no other failures', async () => {
    const metrics = new Metrics();
    const database = open({ metrics });
    await expect(database.knex.raw('SELECT * FROM absent')).rejects.toThrow();
    expect(await metrics.expose()).toContain('rollcall_audit_insert_failures_total 0');
    const event = { action: 'user.login', result: 'success', details: {} };
    await expect(database.knex('audit_events').insert({ ...event, id: 'not a UUID' })).rejects.toThrow();
    expect(await metrics.expose()).toContain('rollcall_audit_insert_failures_total 1');
  });

  it('reports its usage as metrics', async () => {
    const metrics = new Metrics();
    const database = open({ metrics, pool: { min: 0, max: 1 } });
    await database.transaction(async (trx) => {
      await trx.raw('SELECT 1');
      const waiting = database.knex.raw('SELECT 1').then();
      await waitUntil('a caller waits', async () =>
        (await metrics.expose()).includes('rollcall_database_pool_pending 1'),
      );
      const text = await metrics.expose();
      expect(text).toContain('rollcall_database_pool_connections{state="used"} 1');
      expect(text).toContain('rollcall_database_pool_connections{state="free"} 0');
      expect(text).toContain('rollcall_database_pool_max_connections 1');
      waiting.catch(() => undefined);
    });
    await waitUntil('it is free', async () =>
      (await metrics.expose()).includes('rollcall_database_pool_connections{state="free"} 1'),
    );
  });

  it('closes idle and old connections', async () => {
    const idle = open({ applicationName: 'sleeper', idleTimeoutMs: 50 });
    await idle.knex.raw('SELECT 1');
    const watcher = open();
    await waitUntil('the idle connection is closed', async () => (await connections(watcher, 'sleeper')) === 0);

    const aged = open({ maxLifetimeMs: 30, pool: { min: 0, max: 1 } });
    const first = await valueOf(aged, 'pg_backend_pid()');
    await waitUntil('another connection is used', async () => (await valueOf(aged, 'pg_backend_pid()')) !== first);
  });

  it('logs messages of knex at debug only, never to the console', async () => {
    const { log, lines } = recordLog();
    const printed = vi.spyOn(console, 'log');
    const elsewhere = new URL(testDatabase.url);
    elsewhere.port = '1';
    const database = openDatabase(elsewhere.href, { log });
    await captureError(database.knex.raw('SELECT 1'));
    await database.close();
    const messages = lines.filter((line) => line['source'] === 'knex');
    expect(messages.length).toBeGreaterThan(0);
    expect(new Set(messages.map((line) => line['level']))).toEqual(new Set(['debug']));
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('a ping', () => {
  it('is answered while the pool is exhausted', async () => {
    const database = open({ pool: { min: 0, max: 1 } });
    await database.transaction(async () => {
      expect(await database.ping(1_000)).toBe(true);
    });
  });

  it('returns false if the server is unavailable, or the pool is closed', async () => {
    const url = new URL(testDatabase.url);
    url.port = '1';
    const absent = openDatabase(url.href);
    expect(await absent.ping(1_000)).toBe(false);
    await absent.close();
    expect(await absent.ping(1_000)).toBe(false);
  });

  it('finds a new connection when its own was terminated', async () => {
    const database = open({ applicationName: 'pinged' });
    expect(await database.ping(1_000)).toBe(true);
    const { rows } = await open().knex.raw<{ rows: { ended: boolean }[] }>(
      `SELECT pg_terminate_backend(pid, 5000) AS ended FROM pg_stat_activity WHERE application_name = 'pinged ping'`,
    );
    expect(rows).toEqual([{ ended: true }]);
    await waitUntil('the ping is answered again', () => database.ping(1_000));
  });
});
