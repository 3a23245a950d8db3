import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, openDatabase, type TestDatabase } from '../support/postgres.js';
import { Workplace } from './support.js';

let empty: TestDatabase;
let place: Workplace;

beforeEach(async () => {
  empty = await createDatabase();
  place = new Workplace(empty.url, { ROLLCALL_DATABASE_MIGRATE_ON_START: 'false' });
});
afterEach(async () => {
  place.remove();
  await empty.drop();
});

describe('on a database without tables', () => {
  it.each([
    ['mail', 'list'],
    ['mail', 'retry', '--all-dead'],
    ['users', 'show', 'ada'],
    ['users', 'block', 'ada'],
    ['users', 'export', 'people.csv'],
    ['users', 'import', 'people.ndjson'],
    ['keys', 'list'],
    ['keys', 'rotate'],
  ])('rollcall %s %s says so in one line', async (...argv) => {
    place.write('people.ndjson', '{"username": "ada", "password": "an orchard in the rain"}\n');
    expect(await place.run(argv)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'rollcall: the database is not that of this release: rollcall migrate up brings it there\n',
    });
  });

  it.each([[['config', 'history']], [['config', 'history', '1']]])('rollcall %j says so in one line', async (argv) => {
    const line = 'rollcall: the history is kept in the database, and the database is not migrated this far\n';
    expect(await place.run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: line });
    await place.run(['migrate', 'up']);
    const db = openDatabase(empty.url);
    await db.knex.schema.alterTable('config_revisions', (table) => {
      table.renameColumn('revision', 'number');
    });
    await db.close();
    expect(await place.run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: line });
  });

  it('rollcall migrate brings it there, and takes it back', async () => {
    expect((await place.run(['migrate', 'status'])).stdout).toMatch(/^pending\t/);
    expect((await place.run(['migrate', 'up'])).exitCode).toBe(0);
    expect(await place.run(['mail', 'list'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect((await place.run(['migrate', 'down'])).exitCode).toBe(0);
  });
});
