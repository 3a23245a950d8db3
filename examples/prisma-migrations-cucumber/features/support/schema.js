import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { useScenarioSchema } from 'scenario-schema/cucumber';

const folder = new URL('../../prisma/migrations/', import.meta.url);

useScenarioSchema({
  migrate: async (url) => {
    const client = new pg.Client(url);
    await client.connect();
    const entries = await readdir(folder, { withFileTypes: true });
    for (const name of entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()) {
      await client.query(await readFile(new URL(`${name}/migration.sql`, folder), 'utf8'));
    }
    await client.end();
  },
});
