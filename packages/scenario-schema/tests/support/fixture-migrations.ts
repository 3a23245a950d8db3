import pg from 'pg';

/** Migrations as statements on one connection. */
export const migrateWith =
  (...statements: string[]) =>
  async (url: string): Promise<void> => {
    const client = new pg.Client(url);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

/** A table that scenarios fill, and one that the migrations fill. */
export const shop = migrateWith(
  'CREATE TABLE products (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)',
  'CREATE TABLE orders (id serial PRIMARY KEY, product_id int NOT NULL REFERENCES products, note text)',
  `INSERT INTO products (name) VALUES ('apple'), ('pear')`,
);
