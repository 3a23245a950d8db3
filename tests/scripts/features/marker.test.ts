import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markDatabase, requireMarker } from '../../../scripts/features/marker.js';
import { UsageError } from '../../../scripts/features/options.js';
import { captureError } from '../../support/capture-error.js';
import { createDatabase, type TestDatabase } from '../../support/postgres.js';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

describe('the marker of a database', () => {
  it('is required: a database without it is rejected', async () => {
    const error = await captureError(requireMarker(client));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(/is not marked for the features\. Nothing was changed\..*--mark-database/);
  });

  it('is set after a message that explains what it allows, and then accepted', async () => {
    const messages: string[] = [];
    await markDatabase(client, (text) => messages.push(text));
    expect(messages[0]).toMatch(/create, empty and drop schemas named rollcall_f_\*/);
    expect(messages.at(-1)).toBe('Marked.');
    await requireMarker(client);
    await markDatabase(client, () => undefined);
  });

  it('is not set in a database that is not empty', async () => {
    await client.query('CREATE TABLE customers (id integer)');
    const error = await captureError(markDatabase(client, () => undefined));
    expect((error as Error).message).toMatch(/contains public\.customers; only an empty database can be marked/);
    expect(await captureError(requireMarker(client))).toBeInstanceOf(UsageError);
  });

  it('does not replace an existing comment', async () => {
    await client.query(`COMMENT ON DATABASE ${database.name} IS 'the payroll'`);
    expect(String(await captureError(markDatabase(client, () => undefined)))).toMatch(
      /has another comment \("the payroll"\)/,
    );
  });
});
