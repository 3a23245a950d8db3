import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markDatabase, requireMarker, ScenarioSchemaError } from '../src/index.js';
import { createDatabase } from './support/fixture.js';

const openDatabase = async (): Promise<pg.Client> => {
  const client = new pg.Client(await createDatabase({ isMarked: false }));
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

describe('the marker of a database', () => {
  it('is required: a database without it is rejected with the command that sets it', async () => {
    const client = await openDatabase();
    await expect(requireMarker(client, 'shop_')).rejects.toThrow(ScenarioSchemaError);
    await expect(requireMarker(client, 'shop_')).rejects.toThrow(/npx scenario-schema mark --prefix shop_$/);
    await expect(requireMarker(client, 'shop_', 'make mark')).rejects.toThrow(
      /mark it once: DATABASE_URL=… make mark$/,
    );
  });

  it('is set after a message that explains what it allows, and then accepted', async () => {
    const client = await openDatabase();
    const messages: string[] = [];
    await markDatabase(client, 'shop_', (text) => messages.push(text));
    expect(messages[0]).toMatch(/create, empty and drop schemas named shop_\*/);
    expect(messages.at(-1)).toBe('Marked.');
    await requireMarker(client, 'shop_');
    await markDatabase(client, 'shop_', () => undefined);
  });

  it('is not set in a database that is not empty', async () => {
    const client = await openDatabase();
    await client.query('CREATE TABLE customers (id integer)');
    await expect(markDatabase(client, 'shop_', () => undefined)).rejects.toThrow(
      /contains public\.customers; only an empty database can be marked/,
    );
    await expect(requireMarker(client, 'shop_')).rejects.toThrow(ScenarioSchemaError);
  });

  it('does not replace an existing comment', async () => {
    const client = await openDatabase();
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    await client.query(`COMMENT ON DATABASE ${rows[0]?.name ?? ''} IS 'the payroll'`);
    await expect(markDatabase(client, 'shop_', () => undefined)).rejects.toThrow(
      /has another comment \("the payroll"\)/,
    );
  });
});
