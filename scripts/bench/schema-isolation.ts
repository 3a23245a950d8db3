/**
 * `npx tsx scripts/bench/schema-isolation.ts [scenarios]`: measures the time that a scenario spends on its schema, in
 * lease mode and in fresh mode, on one temporary PostgreSQL, and whether that time grows. Compare ratios, since machines differ.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { IsolationMode } from '../../features/support/run/parameters.js';
import { LeasedDatabase } from '../../features/support/schema/leased-database.js';
import { startSchemaPool } from '../../features/support/schema/schema-pool.js';
import { startServer } from '../features/database.js';
import { quantile } from '../features/reports.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const settings = { pool: { min: 0, max: 10 }, statementTimeoutMs: 5_000, slowQueryMs: 5_000 };

/** Statements that write the rows of a scenario with about six requests: three users, their sessions, tokens and audit events. */
const exampleStatements = [
  `INSERT INTO users (id, username) SELECT gen_random_uuid(), 'account-' || n FROM generate_series(1, 3) n`,
  `INSERT INTO sessions (id, user_id, expires_at, absolute_expires_at)
    SELECT gen_random_uuid(), id, now() + '1 day', now() + '2 days' FROM users`,
  `INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at)
    SELECT gen_random_uuid(), id, sha256(id::text::bytea), now() + '1 day' FROM sessions`,
  `INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r WHERE r.name = 'user'`,
  `INSERT INTO audit_events (id, action, result) SELECT gen_random_uuid(), 'user.login', 'success' FROM generate_series(1, 6)`,
  `INSERT INTO signing_keys (id, algorithm, state, encrypted_secret) VALUES (gen_random_uuid(), 'HS256', 'active', '\\x00')`,
  `UPDATE users SET description = 'changed'`,
];

const measure = async (url: string, mode: IsolationMode, scenarios: number): Promise<number[]> => {
  const run = { key: randomBytes(8).toString('hex'), coordinator: process.pid };
  const pool = await startSchemaPool({ url, run, mode, keepFailed: false });
  const costs: number[] = [];
  try {
    for (let n = 0; n < scenarios; n += 1) {
      const startedMs = performance.now();
      const lease = await pool.lease();
      const leaseMs = performance.now() - startedMs;
      const database = await LeasedDatabase.of(lease, settings);
      for (const statement of exampleStatements) await database.knex.raw(statement);
      const endedMs = performance.now();
      await lease.return();
      costs.push(leaseMs + performance.now() - endedMs);
    }
  } finally {
    await pool.stop();
  }
  return costs;
};

const row = (name: string, costs: readonly number[]): string =>
  [name.padEnd(34), ...[0.5, 0.95, 0.99].map((share) => quantile(costs, share).toFixed(2).padStart(9))].join('');

const scenarios = Number(process.argv[2] ?? 2000);
const server = await startServer(root, process.env);
try {
  const fresh = await measure(server.url, 'fresh', 100);
  const lease = await measure(server.url, 'lease', scenarios);
  const [first, last] = [lease.slice(0, 100), lease.slice(-100)];
  console.log(`${'take + return + verify, ms'.padEnd(34)}   median      p95      p99`);
  console.log(row('fresh, 100 scenarios', fresh));
  console.log(row(`lease, ${String(scenarios)} scenarios`, lease));
  console.log(row('lease, first 100', first));
  console.log(row('lease, last 100', last));
  console.log(`fresh to lease  ${(quantile(fresh, 0.5) / quantile(lease, 0.5)).toFixed(1)} times`);
  console.log(`drift           ${(quantile(last, 0.5) / quantile(first, 0.5)).toFixed(2)} times`);
} finally {
  await server.stop();
}
