import { readdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

const folder = new URL('../migrations/', import.meta.url);

/** Applies the files that the database does not have yet, each in a transaction. */
export const migrate = async (url) => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL)',
    );
    const { rows } = await client.query('SELECT name FROM migrations');
    const applied = new Set(rows.map(({ name }) => name));
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql') && !applied.has(file)).sort()) {
      await client.query(`BEGIN; ${await readFile(new URL(name, folder), 'utf8')}`);
      await client.query('INSERT INTO migrations VALUES ($1, $2)', [name, new Date()]);
      await client.query('COMMIT');
    }
  } finally {
    await client.end();
  }
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) await migrate(process.env.DATABASE_URL);
