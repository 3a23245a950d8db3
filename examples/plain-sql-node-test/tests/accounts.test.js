import assert from 'node:assert/strict';
import { ledgerTest } from './schema.js';

for (const kind of ['asset', 'liability']) {
  ledgerTest(`the first new account (${kind}) has the next number and id`, async (pool) => {
    const { rows } = await pool.query(
      `INSERT INTO accounts (tenant_id, kind, name) VALUES (2, $1, 'New') RETURNING id, number, search`,
      [kind],
    );
    assert.deepEqual(rows, [{ id: 4, number: 10030, search: 'new' }]);
    await pool.query('REFRESH MATERIALIZED VIEW CONCURRENTLY accounts_per_tenant');
    const { rows: tenants } = await pool.query(`SELECT accounts FROM accounts_per_tenant WHERE name = 'South'`);
    assert.deepEqual(tenants, [{ accounts: 2 }]);
  });
}

ledgerTest('seed rows can be changed and deleted', async (pool) => {
  await pool.query(
    `DELETE FROM accounts WHERE tenant_id = 2; DELETE FROM tenants WHERE id = 2; UPDATE accounts SET kind = 'expense'`,
  );
  await pool.query(`DELETE FROM migrations; SELECT setval('account_numbers', 77777); CALL close_month('2026-05-01')`);
  assert.deepEqual((await pool.query('SELECT text FROM transfers')).rows, [{ text: 'closed 2026-05' }]);
});

ledgerTest('all tables can be truncated', async (pool) => {
  await pool.query('TRUNCATE tenants, accounts, transfers, entries RESTART IDENTITY');
  assert.deepEqual((await pool.query(`INSERT INTO tenants (name) VALUES ('East') RETURNING id`)).rows, [{ id: 1 }]);
});

ledgerTest('a tenant sees its own accounts only', async (pool) => {
  const client = await pool.connect();
  try {
    // A superuser sees all rows; this role of PostgreSQL may read all tables, but is subject to policies.
    await client.query(`BEGIN; SET LOCAL ROLE pg_read_all_data; SET LOCAL ledger.tenant = '2'`);
    assert.deepEqual((await client.query('SELECT id FROM accounts')).rows, [{ id: 3 }]);
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
});
