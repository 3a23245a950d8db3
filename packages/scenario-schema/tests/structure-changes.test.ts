import { beforeEach, describe, expect, it } from 'vitest';
import type { LeakError } from '../src/index.js';
import {
  expectCleanNeighbour,
  inLease,
  leaksOf,
  migrateWith,
  shop,
  shortenSettling,
  startPool,
  usePool,
} from './support/fixture.js';

describe.each([{ fresh: false }, { fresh: true }])('a change of the structure with %o', ({ fresh }) => {
  const pool = usePool({ fresh });
  beforeEach(shortenSettling);

  it.each([
    [`COMMENT ON SCHEMA SCHEMA IS 'x'`, 'comment on the schema created'],
    [`COMMENT ON TABLE orders IS 'x'`, 'comment on table orders created'],
    [`COMMENT ON COLUMN orders.note IS 'x'`, 'comment on column note of table orders created'],
    [`COMMENT ON CONSTRAINT orders_pkey ON orders IS 'x'`, 'comment on constraint orders_pkey on table orders created'],
    ['GRANT USAGE ON SCHEMA SCHEMA TO PUBLIC', 'privileges on the schema changed'],
    ['GRANT SELECT (note) ON orders TO PUBLIC', 'column note of table orders changed'],
    ['ALTER INDEX orders_pkey SET (fillfactor = 50)', 'index orders_pkey of table orders changed'],
    ['ALTER TABLE orders CLUSTER ON orders_pkey', 'index orders_pkey of table orders changed'],
    ['ALTER TABLE orders ALTER note SET STORAGE EXTERNAL', 'column note of table orders changed'],
    ['ALTER TABLE orders ALTER note SET STATISTICS 7', 'column note of table orders changed'],
    ['ALTER TABLE orders ALTER note SET (n_distinct = 5)', 'column note of table orders changed'],
    ['CREATE EXTENSION citext SCHEMA SCHEMA', 'extension citext created'],
  ])('is named: %s', async (sql, message) => {
    const lease = await pool().lease();
    await (await lease.pool()).query(sql.replaceAll(/(?<=SCHEMA )SCHEMA/g, lease.schema));
    expect(await leaksOf(lease)).toEqual([message]);
    await expectCleanNeighbour(pool());
  });

  it.each([
    ['ALTER TABLE orders ADD CHECK (id > 0)', 'constraint orders_id_check of table orders created'],
    ['ALTER TABLE orders ENABLE ROW LEVEL SECURITY', 'table orders changed'],
    ['ALTER TABLE orders ALTER note SET NOT NULL', 'column note of table orders changed'],
    ['ALTER TABLE orders DROP CONSTRAINT orders_pkey', 'index orders_pkey of table orders dropped'],
    ['GRANT SELECT ON orders TO PUBLIC', 'table orders changed'],
    ['DROP SEQUENCE orders_id_seq CASCADE', 'sequence orders_id_seq dropped'],
    [`COMMENT ON COLUMN orders.note IS 'x'`, 'comment on column note of table orders created'],
  ])('is named with the statement: %s', async (sql, message) => {
    const lease = await pool().lease();
    await (await lease.pool()).query(sql);
    const error: unknown = await lease.return().catch((reason: unknown) => reason);
    const leak = (error as LeakError).leaks.find((found) => found.message === message);
    expect(leak?.statement).toContain(`${sql} at ${import.meta.filename}:`);
  });

  it('that is gone at the end is none', async () => {
    const lease = await pool().lease();
    await (await lease.pool()).query(`COMMENT ON TABLE orders IS 'x'; COMMENT ON TABLE orders IS NULL`);
    await lease.return();
    await expectCleanNeighbour(pool());
  });
});

describe('triggers and rules that are enabled always', () => {
  it('get a new schema for each lease, with the rows of the migrations', async () => {
    const lines: string[] = [];
    const pool = await startPool({
      log: (line) => lines.push(line),
      migrate: async (url) => {
        await shop(url);
        await migrateWith(
          'CREATE TABLE history (name text)',
          `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             INSERT INTO history VALUES (TG_TABLE_NAME); RETURN coalesce(NEW, OLD); END $$`,
          'CREATE TRIGGER noted BEFORE INSERT OR DELETE ON products FOR EACH ROW EXECUTE FUNCTION note()',
          'ALTER TABLE products ENABLE ALWAYS TRIGGER noted',
          'CREATE RULE noted AS ON DELETE TO orders DO ALSO INSERT INTO history VALUES (OLD.note)',
          'ALTER TABLE orders ENABLE ALWAYS RULE noted',
          `INSERT INTO products (name) VALUES ('plum')`,
        )(url);
      },
    });
    expect(lines.join()).toContain(
      'trigger that is enabled always: noted of table products, rule that is enabled always: noted of table orders',
    );
    const lease = await pool.lease();
    await inLease(lease, `INSERT INTO orders (product_id) VALUES (1); DELETE FROM orders; DELETE FROM products`);
    await lease.return();
    const next = await pool.lease();
    expect(await inLease(next, 'SELECT name FROM history')).toEqual([{ name: 'products' }]);
    await inLease(next, `INSERT INTO products (name) VALUES ('fig')`);
    expect(await inLease(next, 'SELECT name FROM history')).toHaveLength(2);
    await next.return();
  });
});
