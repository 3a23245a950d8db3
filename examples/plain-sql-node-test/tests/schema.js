import assert from 'node:assert/strict';
import { scenarioSchema } from 'scenario-schema/node-test';
import { migrate } from '../src/migrate.js';

const test = scenarioSchema({ migrate });

const account = (id, tenant_id, number, kind, name) => ({
  id,
  tenant_id,
  number,
  kind,
  name,
  search: name.toLowerCase(),
});

/** Expects exactly what the migrations leave. */
const expectNewLedger = async (pool) => {
  const { rows } = await pool.query(`
    SELECT (SELECT json_agg(a ORDER BY id) FROM accounts a) AS accounts, (SELECT json_agg(t ORDER BY name) FROM accounts_per_tenant t) AS tenants,
      (SELECT last_value::int FROM account_numbers) AS last_number, (SELECT count(*)::int FROM transfers) AS transfers,
      (SELECT count(*)::int FROM entries) AS entries, (SELECT array_agg(name ORDER BY name) FROM migrations) AS migrations`);
  assert.deepEqual(rows, [
    {
      accounts: [
        account(1, 1, 10000, 'asset', 'Cash'),
        account(2, 1, 10010, 'income', 'Sales'),
        account(3, 2, 10020, 'asset', 'Cash'),
      ],
      tenants: [
        { name: 'North', accounts: 2 },
        { name: 'South', accounts: 1 },
      ],
      last_number: 10020,
      transfers: 0,
      entries: 0,
      migrations: ['001_accounts.sql', '002_entries.sql', '003_reports.sql'],
    },
  ]);
};

/** A test that begins with what the migrations leave. */
export const ledgerTest = (name, work) =>
  test(name, async (t, lease) => {
    const pool = await lease.pool();
    await expectNewLedger(pool);
    await work(pool);
  });
