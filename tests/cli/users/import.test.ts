import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { TestApp } from '../../support/test-app.js';
import { type Workplace } from '../support.js';
import { cliFacts, many, ndjson, useImports, usernames } from './support.js';

let database: Database;
let place: Workplace;
let databaseUrl: string;

useImports((fixture) => {
  ({ databaseUrl, database, place } = fixture);
});

const shownUser = async (name: string): Promise<unknown> =>
  (JSON.parse((await place.run(['users', 'show', name, '--json'])).stdout) as { data: unknown }).data;

describe('rollcall users import', () => {
  it('creates accounts with all given properties, and audit events', async () => {
    const ada = {
      id: '01900000-0000-7000-8000-00000000ADA0',
      username: 'Ada',
      email: 'ada@example.org',
      email_verified: true,
      description: 'First\nof all',
      current_goal: 'Notes',
      metadata: { team: 'engine' },
      roles: ['user', 'support'],
      status: 'blocked',
      blocked_reason: 'on leave',
      blocked_until: '2040-01-01T00:00:00+01:00',
      created_at: '2020-01-01T00:00:00Z',
      last_login_at: '2021-01-01T00:00:00Z',
    };
    place.write('users.ndjson', ndjson([ada, { username: 'grace' }]));
    const { exitCode, stdout } = await place.run(['users', 'import', 'users.ndjson']);
    expect(stdout).toMatch(/^2 records, 2 imported, 0 skipped, 0 refused, /);
    expect(exitCode).toBe(0);
    const shown = await place.run(['users', 'show', 'ADA@example.org', '--json']);
    expect(JSON.parse(shown.stdout)).toEqual({
      data: {
        ...ada,
        id: ada.id.toLowerCase(),
        roles: ['support', 'user'],
        blocked_until: '2039-12-31T23:00:00.000Z',
        created_at: '2020-01-01T00:00:00.000Z',
        updated_at: '2020-01-01T00:00:00.000Z',
        last_login_at: '2021-01-01T00:00:00.000Z',
        deleted_at: null,
        pending_email: null,
      },
    });
    const trail = await database.knex('audit_events').where({ action: 'user.created' });
    expect(trail).toHaveLength(2);
    expect(trail[0]).toMatchObject({ actor_id: null, result: 'success', ip_address: null });
    expect((trail as { details: object }[]).map(({ details }) => details)).toEqual([cliFacts, cliFacts]);
  });
  it('reads CSV as well', async () => {
    place.write(
      'users.csv',
      'username,email,email_verified,roles,metadata,description\r\n' +
        'ada,ada@example.org,true,user support,"{""a"":[1,""b""]}","said ""hello"",\r\nand left"\r\n' +
        'grace,,,,,\r\n',
    );
    expect((await place.run(['users', 'import', 'users.csv'])).stdout).toContain('2 imported');
    expect(await shownUser('ada')).toMatchObject({
      email_verified: true,
      roles: ['support', 'user'],
      metadata: { a: [1, 'b'] },
      description: 'said "hello",\r\nand left',
    });
    expect(await shownUser('grace')).toMatchObject({
      ...{ email: null, email_verified: false, roles: ['user'], metadata: {}, description: null },
    });
  });
  it('reads standard input for -, with a format', async () => {
    expect((await place.run(['users', 'import', '-'], { stdin: 'username\nada\n' })).stderr).toContain('use --format');
    const { exitCode } = await place.run(['users', 'import', '-', '--format', 'csv'], { stdin: 'username\nada\nx\n' });
    expect(exitCode).toBe(1);
    expect(await usernames(database)).toEqual(['ada']);
  });

  it('changes nothing in a dry run, and finds duplicates across batches', async () => {
    const before = await database.knex('audit_events').count();
    place.write('twice.ndjson', ndjson([...many(1100), { username: 'USER000003' }]));
    const { exitCode, stdout } = await place.run(['users', 'import', '--dry-run', 'twice.ndjson']);
    expect(stdout).toMatch(/^twice\.ndjson:1101: \/username is taken \(username_taken\)\n1,101 records, 1,100 can be/);
    expect(exitCode).toBe(1);
    expect(await usernames(database)).toEqual([]);
    expect(await database.knex('user_imports')).toEqual([]);
    expect(await database.knex('audit_events').count()).toEqual(before);
  });

  it('continues where it was stopped, and imports each record once', async () => {
    place.write('long.ndjson', ndjson([...many(1200), { username: '!' }, ...many(1200, 2000)]));
    await database.knex.raw(`CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.username = 'user002000' THEN RAISE EXCEPTION 'stop'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER stop_here BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stop_here()`);
    expect((await place.run(['users', 'import', 'long.ndjson'])).stderr).toMatch(/\bstop\b/);
    expect(await usernames(database)).toHaveLength(1000);
    await database.knex.raw('DROP TRIGGER stop_here ON users; DROP FUNCTION stop_here()');
    const { exitCode, stdout, stderr } = await place.run(['users', 'import', 'long.ndjson']);
    expect(stderr).toContain('resuming after 1,000 records');
    expect(stdout).toMatch(/^(long\.ndjson:1201: .*\n){2}1,401 records, 1,400 imported, 0 skipped, 1 refused/);
    expect(exitCode).toBe(1);
    expect(await usernames(database)).toHaveLength(2400);
    expect((await place.run(['users', 'import', 'long.ndjson', '--skip-existing'])).stdout).toMatch(
      /2,401 records, 0 imported, 2,400 skipped, 1 refused/,
    );
  });

  it('finishes its batch when it is stopped', async () => {
    place.write('stop.ndjson', ndjson([{ username: '!' }, ...many(1499)]));
    const onOutput = (): void => {
      place.interrupt();
    };
    const { exitCode, stderr } = await place.run(['users', 'import', 'stop.ndjson'], { onOutput });
    expect([exitCode, stderr]).toEqual([1, 'stopped; run the same command again to resume\n']);
    expect(await usernames(database)).toHaveLength(499);
    expect((await place.run(['users', 'import', 'stop.ndjson'])).exitCode).toBe(0);
    expect(await usernames(database)).toHaveLength(1499);
  });

  it('allows only one of two concurrent imports of the same file', async () => {
    place.write('race.ndjson', ndjson(many(4000)));
    const runs = await Promise.all([0, 1].map(() => place.run(['users', 'import', 'race.ndjson'])));
    expect(await usernames(database)).toHaveLength(4000);
    expect(runs.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(runs.map(({ stderr }) => stderr).join('')).toContain('another run is importing the same file');
  });

  it.each<[string, string, string]>([
    ['nothing.ndjson', '', 'cannot read '],
    ['users.txt', 'x', 'cannot infer the format; use --format ndjson or --format csv'],
    ['users.csv', 'username,surname\nada,x\n', 'unknown column "surname"; expected one of id, username,'],
    ['users.csv', 'username,username\nada,x\n', 'duplicate column "username"'],
    ['users.csv', 'email\nada@example.org\n', 'header row has no "username" column'],
    ['users.csv', '', 'header row is missing'],
    ['users.csv', 'user"name\nada\n', 'header row has a quote in a field that is not quoted'],
    ['users.csv', 'username;email\nada;x\n', "is the separator ';'? Separate the fields with commas"],
    ['users.csv', 'username\temail\nada\tx\n', 'is the separator a tab?'],
  ])('rejects %s with %j', async (name, content, message) => {
    if (name !== 'nothing.ndjson') place.write(name, content);
    const { exitCode, stderr } = await place.run(['users', 'import', name]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('imports bcrypt hashes of other systems, which work for a login and are replaced then', async () => {
    const password = 'a password from elsewhere';
    const hash = await bcrypt.hash(password, 4);
    const forms = ['$2a$', '$2b$', '$2y$'];
    place.write(
      'foreign.ndjson',
      ndjson(
        forms.map((form, index) => ({ username: `foreign${String(index)}`, password_hash: form + hash.slice(4) })),
      ),
    );
    expect((await place.run(['users', 'import', 'foreign.ndjson'])).exitCode).toBe(0);
    const app = await TestApp.start({ databaseUrl });
    try {
      for (const index of forms.keys()) {
        const body = { username: `foreign${String(index)}`, password };
        expect((await app.send('POST', '/api/v1/auth/login', { body })).status).toBe(200);
      }
    } finally {
      await app.close();
    }
    const hashes = await database.knex('users').pluck<string[]>('password_hash');
    expect(hashes.every((stored) => stored.startsWith('rc1$'))).toBe(true);
  });
});
