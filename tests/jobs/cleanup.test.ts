import { beforeEach, describe, expect, it } from 'vitest';
import { withBackgroundConnection } from '../../src/database/background.js';
import { QueryTimeoutError } from '../../src/database/errors.js';
import { runBatches } from '../../src/models/batches.js';
import { removeExpiredRows } from '../../src/jobs/expired-rows.js';
import type { CleanupReport } from '../../src/jobs/cleanup-report.js';
import { createUser, type TestUser } from '../support/admin-users.js';
import { openDatabase } from '../support/open-database.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let user: TestUser;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);
beforeEach(async () => {
  user = await createUser(app);
});

/** A report that records its calls. */
const keepReport = (): CleanupReport & { rows: Map<string, number>; failures: string[] } => {
  const [rows, failures] = [new Map<string, number>(), [] as string[]];
  return {
    rows,
    failures,
    removed(step, count) {
      rows.set(step, (rows.get(step) ?? 0) + count);
    },
    failed(step) {
      failures.push(step);
    },
    erasureFailed: () => undefined,
    erasuresWaiting: () => undefined,
  };
};

const never = new AbortController().signal;

const countOf = async (table: string): Promise<number> => {
  const { rows } = await app.services.db.knex.raw<{ rows: { count: number }[] }>(
    'SELECT count(*)::integer AS count FROM ??',
    [table],
  );
  return rows[0]?.count ?? 0;
};

/** Inserts greetings of the user that are some days old. */
const greet = (count: number, daysAgo: number): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO greetings (id, user_id, message, created_at)
      SELECT gen_random_uuid(), :id, 'Hello', now() - make_interval(days => :daysAgo) FROM generate_series(1, :count)`,
    { id: user.id, daysAgo, count },
  );

/** Inserts refresh tokens of the user's session that were used some days ago. */
const spend = (count: number, daysAgo: number): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at, used_at)
      SELECT gen_random_uuid(), s.id, sha256(gen_random_uuid()::text::bytea), now() + interval '20 days',
        now() - make_interval(days => :daysAgo)
      FROM sessions s CROSS JOIN generate_series(1, :count) WHERE s.user_id = :id`,
    { id: user.id, daysAgo, count },
  );

/** Like `spend`, for the only session of the user. */
const spendOne = (daysAgo: number): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at, used_at)
      SELECT gen_random_uuid(), s.id, sha256(gen_random_uuid()::text::bytea), now() + interval '20 days',
        now() - make_interval(days => :daysAgo)
      FROM sessions s WHERE s.user_id = :id AND s.expires_at > now() LIMIT 1`,
    { id: user.id, daysAgo },
  );

/** Inserts sessions of the user that were used until they expired some days ago. */
const expire = (count: number, daysAgo: number): Promise<unknown> =>
  app.services.db.knex.raw(
    `INSERT INTO sessions (id, user_id, last_used_at, expires_at, absolute_expires_at)
      SELECT gen_random_uuid(), :id, over.at, over.at, over.at
      FROM generate_series(1, :count), (SELECT now() - make_interval(days => :daysAgo) AS at) AS over`,
    { id: user.id, daysAgo, count },
  );

describe('removeExpiredRows', () => {
  it('removes 300,000 rows and keeps the others', { timeout: 300_000 }, async () => {
    for (let chunk = 0; chunk < 20; chunk += 1) {
      await spend(5000, 8);
      await greet(5000, 91);
    }
    for (let chunk = 0; chunk < 20; chunk += 1) await expire(5000, 31);
    await spendOne(6);
    await greet(10, 89);
    await expire(10, 29);
    const [tokens, sessions] = [await countOf('refresh_tokens'), await countOf('sessions')];
    const report = keepReport();
    await removeExpiredRows(app.services, report, never);
    expect(report.failures).toEqual([]);
    expect(Object.fromEntries(report.rows)).toMatchObject({
      refresh_tokens: 100_000,
      greetings: 100_000,
      sessions: 100_000,
    });
    expect(await countOf('refresh_tokens')).toBe(tokens - 100_000);
    expect(await countOf('sessions')).toBe(sessions - 100_000);
    expect(await countOf('greetings')).toBe(10);
  });

  it('applies auth.refresh.grace and users.greetingRetention', async () => {
    await app.services.db.knex('greetings').delete();
    await greet(5, 3);
    await app.configure({ ...withoutRateLimits, users: { greetingRetention: '4d' } });
    await removeExpiredRows(app.services, keepReport(), never);
    expect(await countOf('greetings')).toBe(5);
    await app.configure({ ...withoutRateLimits, users: { greetingRetention: '2d' } });
    await removeExpiredRows(app.services, keepReport(), never);
    expect(await countOf('greetings')).toBe(0);
    await app.configure(withoutRateLimits);
  });

  it('records when the user was last seen before it removes the session', async () => {
    const { knex } = app.services.db;
    await knex('users')
      .where({ id: user.id })
      .update({ created_at: new Date(0), last_seen_at: null });
    const before = (await knex('users').where({ id: user.id }).first()) as { version: number; updated_at: Date };
    await expire(3, 40);
    await removeExpiredRows(app.services, keepReport(), never);
    const after = (await knex('users').where({ id: user.id }).first()) as typeof before & { last_seen_at: Date };
    expect(Math.round((Date.now() - after.last_seen_at.getTime()) / 86_400_000)).toBe(40);
    expect([after.version, after.updated_at]).toEqual([before.version, before.updated_at]);
  });

  it('skips locked rows, and continues when a step fails', { timeout: 60_000 }, async () => {
    const { db } = app.services;
    await db.knex('greetings').delete();
    await greet(3, 91);
    await spend(5, 8);
    const report = keepReport();
    await db.transaction(async (trx) => {
      await trx.raw('SELECT 1 FROM greetings LIMIT 1 FOR UPDATE');
      await trx.raw('LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');
      await removeExpiredRows(app.services, report, never);
    });
    expect(report.failures).toEqual(['idempotency_keys']);
    expect(report.rows.get('greetings')).toBe(2);
    expect(report.rows.get('refresh_tokens')).toBe(5);
    expect(report.rows.has('one_time_tokens')).toBe(true);
  });

  it('removes each row once when two instances run it', async () => {
    await app.services.db.knex('greetings').delete();
    await greet(12_000, 91);
    const reports = [keepReport(), keepReport()];
    await Promise.all(reports.map((report) => removeExpiredRows(app.services, report, never)));
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { rows }) => sum + (rows.get('greetings') ?? 0), 0)).toBe(12_000);
  });
});

describe('a background connection', () => {
  it('limits statements to two seconds, regardless of database.statementTimeout', async () => {
    const db = openDatabase(app.databaseUrl, { statementTimeoutMs: 1000 });
    try {
      await expect(db.knex.raw('SELECT pg_sleep(1.3)')).rejects.toThrow();
      await withBackgroundConnection(db, async ({ transaction }) => {
        await transaction((trx) => trx.raw('SELECT pg_sleep(1.3)'));
        const shown = await transaction((trx) => trx.raw<{ rows: object[] }>('SHOW statement_timeout'));
        expect(shown.rows).toEqual([{ statement_timeout: '2s' }]);
        await expect(transaction((trx) => trx.raw('SELECT pg_sleep(10)'))).rejects.toMatchObject({ code: '57014' });
      });
    } finally {
      await db.close();
    }
  });
});

describe('runBatches', () => {
  const connection = { transaction: (work: (trx: never) => unknown) => work(undefined as never) } as never;

  it('reduces the batch size after a timeout', async () => {
    const limits: number[] = [];
    let left = 3000;
    const outcome = await runBatches(
      connection,
      async (_trx, limit) => {
        limits.push(limit);
        if (limit > 500) throw new QueryTimeoutError(2000);
        const handled = Math.min(left, limit);
        left -= handled;
        return Promise.resolve(handled);
      },
      { signal: never },
    );
    expect(outcome).toEqual({ rows: 3000, isDone: true });
    expect(limits.slice(0, 4)).toEqual([5000, 500, 500, 500]);
  });

  it('ends with the signal, and when a batch of one row times out', async () => {
    const full = (_trx: unknown, limit: number): Promise<number> => Promise.resolve(limit);
    expect(await runBatches(connection, full, { signal: AbortSignal.abort() })).toEqual({ rows: 0, isDone: false });
    expect(await runBatches(connection, full, { signal: never, budgetMs: 0 })).toEqual({ rows: 0, isDone: false });
    const slow = (): Promise<number> => Promise.reject(new QueryTimeoutError(2000));
    await expect(runBatches(connection, slow, { signal: never })).rejects.toThrow(QueryTimeoutError);
  });
});
