import bcrypt from 'bcrypt';
import { hostname, userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { useDatabase, type TestDatabase } from '../../support/postgres.js';
import { TestApp } from '../../support/test-app.js';
import { Workplace } from '../support.js';

let made: TestDatabase;
let database: Database;
let place: Workplace;

useDatabase((newlyMade, opened) => {
  made = newlyMade;
  database = opened;
});
beforeEach(() => {
  place = new Workplace(made.url);
});
afterEach(async () => {
  place.remove();
  await database.knex('users').delete();
  await database.knex('user_imports').delete();
});

const ndjson = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
/** Who ran a command, in the details of an audit event. */
const cliFacts = { via: 'cli', cli_user: userInfo().username, hostname: hostname() };
const shownUser = async (name: string): Promise<unknown> =>
  (JSON.parse((await place.run(['users', 'show', name, '--json'])).stdout) as { data: unknown }).data;
const usernames = (): PromiseLike<string[]> => database.knex('users').orderBy('username').pluck<string[]>('username');
const many = (count: number, from = 0): object[] =>
  Array.from({ length: count }, (_, index) => ({ username: `user${String(from + index).padStart(6, '0')}` }));

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

  it('refuses a hash of the empty password, and tells all faults of a record at once', async () => {
    const empty = await bcrypt.hash('', 4);
    const lines = [
      { username: 'one', password_hash: empty },
      { username: 'two', password_hash: empty.replace('$2b', '$2y') },
      { username: 'three', password_hash: await bcrypt.hash('not empty', 4) },
      { username: 'x', password_hash: 'none', roles: ['ghost'], surprise: 1 },
    ];
    place.write('users.ndjson', ndjson(lines));
    const { exitCode, stdout } = await place.run(['users', 'import', 'users.ndjson']);
    expect(exitCode).toBe(1);
    expect(
      [...stdout.matchAll(/^users\.ndjson:(\d+): (\S+) .* \((\w+)\)$/gm)].map((found) => found.slice(1).join(' ')),
    ).toEqual([
      '1 /password_hash empty_password',
      '2 /password_hash empty_password',
      '4 /username too_short',
      '4 /surprise unknown_field',
      '4 /roles/0 unknown_role',
      '4 /password_hash unusable_hash',
    ]);
    expect(await usernames()).toEqual(['three']);
    expect(
      (await place.run(['users', 'import', '--trust-hashes', '--skip-existing', 'users.ndjson'])).stdout,
    ).toContain('2 imported');
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

  it('tells every fault of each bad record with its line, and imports the others', async () => {
    await database.knex('users').insert({
      ...{ id: '01900000-0000-7000-8000-0000000000aa', username: 'Taken', email: 'taken@example.org' },
      email_verified: true,
    });
    const lines = [
      '{"username":"fine1"}',
      '{"username":"x","roles":["ghost"],"surprise":1}',
      'not json',
      '',
      '[1]',
      '{"username":"TAKEN"}',
      '{"username":"other","email":"Taken@example.org","email_verified":true}',
      '{"username":"claims","email":"Taken@example.org"}',
      '{"username":"id-taken","id":"01900000-0000-7000-8000-0000000000AA"}',
      '{"username":"hashed","password_hash":"$argon2id$v=19$m=1,t=1,p=1$aaaa$bbbb"}',
      `{"username":"peppered","password_hash":"rc1$0123456789ab$2b$12$${'a'.repeat(53)}"}`,
      '{"username":"verified","email_verified":true}',
      '{"username":"reason","blocked_reason":"x"}',
      '{"username":"fine2","roles":[]}',
      '{"username":"FINE2"}',
      '{"username":"proto","metadata":{"__proto__":{}}}',
      '{"username":"nobody","roles":["ghost"]}',
    ];
    place.write('bad.ndjson', lines.join('\n'));
    const rehearsal = await place.run(['users', 'import', '--dry-run', 'bad.ndjson']);
    expect(rehearsal.exitCode).toBe(1);
    expect(await usernames()).toEqual(['Taken']);
    const { exitCode, stdout } = await place.run(['users', 'import', 'bad.ndjson']);
    expect(exitCode).toBe(1);
    const told = stdout.trim().split('\n');
    expect(
      told.slice(0, -1).map((line) => line.replace(/^bad\.ndjson:(\d+): (record|\S+) .* \((\w+)\)$/, '$1 $2 $3')),
    ).toEqual([
      '2 /username too_short',
      '2 /surprise unknown_field',
      '2 /roles/0 unknown_role',
      '3 record malformed_json',
      '5 record malformed_json',
      '6 /username username_taken',
      '7 /email email_taken',
      '9 /id id_taken',
      '10 /password_hash unusable_hash',
      '11 /password_hash other_pepper',
      '12 /email_verified no_email',
      '13 /blocked_reason not_blocked',
      '15 /username username_taken',
      '16 /metadata/__proto__ unknown_field',
      '17 /roles/0 unknown_role',
    ]);
    expect(told.at(-1)).toMatch(/^16 records, 3 imported, 0 skipped, 13 refused, /);
    expect(rehearsal.stdout.trim().split('\n').slice(0, -1)).toEqual(told.slice(0, -1));
    expect(rehearsal.stdout).toContain('3 can be imported');
    expect(await usernames()).toEqual(['Taken', 'claims', 'fine1', 'fine2']);
  });

  it('prints the first 20 faults, counts the others, and suggests --skip-existing', async () => {
    place.write('again.ndjson', ndjson(many(25)));
    await place.run(['users', 'import', 'again.ndjson']);
    const { stdout, stderr } = await place.run(['users', 'import', 'again.ndjson']);
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, 20).every((line) => line.endsWith('/username is taken (username_taken)'))).toBe(true);
    expect(lines.slice(20)).toEqual(['… and 5 more', expect.stringMatching(/^25 records, 0 imported, .* 25 refused/)]);
    expect(stderr).toBe('25 usernames are taken; use --skip-existing to skip accounts that exist\n');
    const skipped = await place.run(['users', 'import', 'again.ndjson', '--skip-existing']);
    expect([skipped.exitCode, skipped.stderr]).toEqual([0, '']);
    const asJson = JSON.parse((await place.run(['users', 'import', 'again.ndjson', '--json'])).stdout) as {
      data: { first_faults: unknown[] };
    };
    expect(asJson.data).toMatchObject({ records: 25, refused: 25, faults: 25, complete: true, dry_run: false });
    expect(asJson.data.first_faults).toHaveLength(20);
    expect(asJson.data.first_faults[0]).toEqual({
      ...{ line: 1, path: '/username', code: 'username_taken', message: 'is taken' },
    });
  });

  it('reads standard input for -, with a format', async () => {
    expect((await place.run(['users', 'import', '-'], { stdin: 'username\nada\n' })).stderr).toContain('use --format');
    const { exitCode } = await place.run(['users', 'import', '-', '--format', 'csv'], { stdin: 'username\nada\nx\n' });
    expect(exitCode).toBe(1);
    expect(await usernames()).toEqual(['ada']);
  });

  it('changes nothing in a rehearsal, and finds what the file brings twice, batches apart', async () => {
    const before = await database.knex('audit_events').count();
    place.write('twice.ndjson', ndjson([...many(1100), { username: 'USER000003' }]));
    const { exitCode, stdout } = await place.run(['users', 'import', '--dry-run', 'twice.ndjson']);
    expect(stdout).toMatch(/^twice\.ndjson:1101: \/username is taken \(username_taken\)\n1,101 records, 1,100 can be/);
    expect(exitCode).toBe(1);
    expect(await usernames()).toEqual([]);
    expect(await database.knex('user_imports')).toEqual([]);
    expect(await database.knex('audit_events').count()).toEqual(before);
  });

  it('continues where it was stopped, and imports each record once', async () => {
    place.write('long.ndjson', ndjson([...many(1200), { username: '!' }, ...many(1200, 2000)]));
    await database.knex.raw(`CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.username = 'user002000' THEN RAISE EXCEPTION 'stop'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER stop_here BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stop_here()`);
    expect((await place.run(['users', 'import', 'long.ndjson'])).stderr).toMatch(/\bstop\b/);
    expect(await usernames()).toHaveLength(1000);
    await database.knex.raw('DROP TRIGGER stop_here ON users; DROP FUNCTION stop_here()');
    const { exitCode, stdout, stderr } = await place.run(['users', 'import', 'long.ndjson']);
    expect(stderr).toContain('resuming after 1,000 records');
    expect(stdout).toMatch(/^long\.ndjson:1201: .*\n1,401 records, 1,400 imported, 0 skipped, 1 refused/);
    expect(exitCode).toBe(1);
    expect(await usernames()).toHaveLength(2400);
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
    expect(await usernames()).toHaveLength(499);
    expect((await place.run(['users', 'import', 'stop.ndjson'])).exitCode).toBe(0);
    expect(await usernames()).toHaveLength(1499);
  });

  it('lets one of two runs of the same file go on', async () => {
    place.write('race.ndjson', ndjson(many(4000)));
    const runs = await Promise.all([0, 1].map(() => place.run(['users', 'import', 'race.ndjson'])));
    expect(await usernames()).toHaveLength(4000);
    expect(runs.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(runs.map(({ stderr }) => stderr).join('')).toContain('another run is importing the same file');
  });

  it.each<[string, string, string]>([
    ['nothing.ndjson', '', 'cannot read '],
    ['users.txt', 'x', 'cannot infer the format; use --format ndjson or --format csv'],
    ['users.csv', 'username,surname\nada,x\n', 'unknown column "surname"; expected one of id, username,'],
    ['users.csv', 'username,username\nada,x\n', 'duplicate column "username"'],
    ['users.csv', 'email\nada@example.org\n', 'header row has no "username" column'],
    ['users.csv', '', 'header row has no "username" column'],
    ['users.csv', 'username;email\nada;x\n', "is the separator ';'? Separate the fields with commas"],
    ['users.csv', 'username\temail\nada\tx\n', 'is the separator a tab?'],
  ])('refuses %s with %j', async (name, content, message) => {
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
    const app = await TestApp.start({ databaseUrl: made.url });
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

describe('rollcall users export', () => {
  it.each(['ndjson', 'csv'])(
    'writes %s that imports to the same accounts, hashes only when told to',
    async (format) => {
      const records = [
        {
          id: '01900000-0000-7000-8000-0000000000a1',
          username: 'ada',
          email: 'ada@example.org',
          email_verified: true,
          email_claimed: false,
          pending_email: 'ada@example.com',
          description: '=1+1, "quoted"\r\nand more',
          metadata: { a: [1, { b: null }] },
          roles: ['support', 'user'],
          status: 'blocked',
          blocked_reason: 'why, not',
          password_hash: `$2b$12$${'a'.repeat(53)}`,
          created_at: '2020-01-01T00:00:00.000Z',
          last_login_at: '2021-01-01T00:00:00.000Z',
        },
        {
          id: '01900000-0000-7000-8000-0000000000a2',
          username: 'grace',
          roles: [],
          created_at: '2020-01-02T00:00:00.000Z',
        },
      ];
      place.write('in.ndjson', ndjson(records));
      await place.run(['users', 'import', 'in.ndjson']);
      const before = await database.knex('users').orderBy('id');
      const { stdout } = await place.run(['users', 'export', `out.${format}`, '--with-password-hashes']);
      expect(stdout).toBe(`2 accounts written to out.${format}\n`);
      await database.knex('users').delete();
      expect((await place.run(['users', 'import', `out.${format}`])).stdout).toContain('2 imported');
      expect(await database.knex('users').orderBy('id')).toEqual(before);
      await place.run(['users', 'export', `plain.${format}`]);
      expect(place.read(`plain.${format}`)).not.toMatch(/password_hash|\$2b\$/);
      const trail = await database.knex('audit_events').where({ action: 'user.exported' }).orderBy('id');
      expect(trail.slice(-2).map(({ details }) => details as object)).toEqual([
        { ...cliFacts, accounts: 2, with_password_hashes: true },
        { ...cliFacts, accounts: 2, with_password_hashes: false },
      ]);
    },
  );

  it('writes to standard output for -, and ends when nobody reads it', async () => {
    place.write('many.ndjson', ndjson(many(2500)));
    await place.run(['users', 'import', 'many.ndjson']);
    const { stdout, stderr } = await place.run(['users', 'export', '-', '--format', 'ndjson']);
    expect([stdout.trim().split('\n').length, stderr]).toEqual([2500, '2,500 accounts exported\n']);
    const cut = await place.run(['users', 'export', '-', '--format', 'csv'], { closesAfter: 2 });
    expect([cut.exitCode, cut.stderr]).toEqual([0, '1,000 accounts exported\n']);
  });

  it('omits deleted accounts, exports all others, and does not overwrite a file without --force', async () => {
    place.write('many.ndjson', ndjson(many(2500)));
    await place.run(['users', 'import', 'many.ndjson']);
    await database.knex('users').where({ username: 'user000007' }).update({ deleted_at: new Date() });
    await place.run(['users', 'export', 'out.ndjson']);
    const lines = place.read('out.ndjson').trim().split('\n');
    expect(new Set(lines.map((line) => (JSON.parse(line) as { username: string }).username)).size).toBe(2499);
    const again = await place.run(['users', 'export', 'out.ndjson']);
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      'rollcall: out.ndjson already exists; use --force to overwrite\n',
    ]);
    expect((await place.run(['users', 'export', '--force', 'out.ndjson'])).exitCode).toBe(0);
    expect((await place.run(['users', 'export', 'no/such/folder.csv'])).stderr).toContain(
      'cannot write no/such/folder.csv (ENOENT)',
    );
  });
});
