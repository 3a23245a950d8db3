import assert from 'node:assert/strict';
import { ledgerTest } from './schema.js';

const balances = async (pool) => (await pool.query('SELECT number, balance::int FROM balances ORDER BY number')).rows;

for (const value of [1, 20, 300]) {
  ledgerTest(`a transfer of ${value} is number 1 and balanced`, async (pool) => {
    const { rows } = await pool.query('SELECT transfer(10000, 10010, $1)::int AS id', [value]);
    assert.deepEqual(rows, [{ id: 1 }]);
    assert.deepEqual(await balances(pool), [
      { number: 10000, balance: value },
      { number: 10010, balance: -value },
      { number: 10020, balance: 0 },
    ]);
  });
}

ledgerTest('an unbalanced transfer fails when it is committed', async (pool) => {
  const entry = `INSERT INTO transfers (text) VALUES ('x'); INSERT INTO entries (transfer_id, account_id, amount) VALUES (1, 1, 5)`;
  await assert.rejects(pool.query(entry), /transfer 1 is not balanced/);
});

ledgerTest('entries are never changed', async (pool) => {
  await pool.query('SELECT transfer(10000, 10010, 5)');
  await assert.rejects(pool.query('DELETE FROM entries'), /entries are never changed/);
});

ledgerTest('entries are stored in the partition of their month', async (pool) => {
  await pool.query(`INSERT INTO transfers (text) VALUES ('x'); INSERT INTO entries (transfer_id, account_id, amount, booked)
    VALUES (1, 1, 5, '2026-06-06'), (1, 2, -5, '2026-05-31')`);
  assert.deepEqual((await pool.query('SELECT amount::int FROM entries_2026_06')).rows, [{ amount: 5 }]);
  await assert.rejects(pool.query(`UPDATE entries SET booked = '2027-01-01'`), /never changed/);
});

ledgerTest('a transfer and its reversal refer to each other in one transaction', async (pool) => {
  await pool.query(`BEGIN; INSERT INTO transfers (text, reversed_by) VALUES ('one', 2);
    INSERT INTO transfers (text, reversed_by) VALUES ('other', 1); COMMIT`);
  await assert.rejects(pool.query(`INSERT INTO transfers (text, reversed_by) VALUES ('x', 77)`), /foreign key/);
});
