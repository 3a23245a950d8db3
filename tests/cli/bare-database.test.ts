import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase, openDatabase, type TestDatabase } from '../support/postgres.js';
import { Workplace } from './support.js';

let empty: TestDatabase;
let place: Workplace;

beforeEach(async () => {
  empty = await createDatabase();
  place = new Workplace(empty.url);
});
afterEach(async () => {
  place.remove();
  await empty.drop();
});

describe('commands on a database without tables', () => {
  it.each([
    ['mail', 'list'],
    ['mail', 'retry', '--all-dead'],
    ['statistics'],
    ['users', 'show', 'ada'],
    ['users', 'block', 'ada'],
    ['users', 'export', 'people.csv'],
    ['users', 'import', 'people.ndjson'],
    ['users', 'import', 'people.ndjson', '--dry-run'],
    ['admin', 'create', 'ada'],
    ['keys', 'list'],
    ['keys', 'rotate'],
    ['keys', 'remove', 'k', '--yes'],
    ['users', 'list'],
    ['users', 'erase', 'ada', '--yes'],
    ['sessions', 'list', 'ada'],
    ['audit'],
    ['admin', 'list'],
  ])('rollcall %s %s reports it in one line', async (...argv) => {
    place.write('people.ndjson', '{"username": "ada", "password": "an orchard in the rain"}\n');
    expect(await place.run(argv)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'rollcall: the database schema is out of date; run `rollcall migrate up`\n',
    });
  });

  it.each([[['config', 'history']], [['config', 'history', '1']]])(
    'rollcall %j reports it in one line',
    async (argv) => {
      const reason = 'the database schema is out of date; run `rollcall migrate up`\n';
      const line = expect.stringMatching(
        new RegExp(`^rollcall: the service is not reachable \\(.*\\); ${reason}$`),
      ) as string;
      expect(await place.run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: line });
      await place.run(['migrate', 'up']);
      const db = openDatabase(empty.url);
      await db.knex.schema.alterTable('config_revisions', (table) => {
        table.renameColumn('revision', 'number');
      });
      await db.close();
      expect(await place.run(argv)).toEqual({ exitCode: 1, stdout: '', stderr: line });
    },
  );

  it('rollcall migrate creates the tables and removes them', async () => {
    expect((await place.run(['migrate', 'status'])).stdout).toMatch(/^pending /m);
    expect((await place.run(['migrate', 'up'])).exitCode).toBe(0);
    expect(await place.run(['mail', 'list'])).toEqual({ exitCode: 0, stdout: '', stderr: 'no emails found\n' });
    expect((await place.run(['migrate', 'down', '--yes'])).exitCode).toBe(0);
  });
});

describe('a command without DATABASE_URL', () => {
  it('names the embedded database, since the service may use another one', { timeout: 60_000 }, async () => {
    const elsewhere = new Workplace('');
    onTestFinished(() => {
      elsewhere.remove();
    });
    const { exitCode, stderr } = await elsewhere.run(['users', 'list']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^rollcall: the database schema of the embedded PostgreSQL \S+ in \S+ is out of date; run `rollcall migrate up`, or set DATABASE_URL if the service uses another database$/m,
    );
  });
});
