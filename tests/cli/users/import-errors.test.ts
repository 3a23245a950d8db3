import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { type Workplace } from '../support.js';
import { many, ndjson, useImports, usernames } from './support.js';

let database: Database;
let place: Workplace;

useImports((fixture) => {
  ({ database, place } = fixture);
});

describe('rollcall users import', () => {
  it('rejects a hash of the empty password, and reports all errors of a record together', async () => {
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
    expect(await usernames(database)).toEqual(['three']);
    expect(
      (await place.run(['users', 'import', '--trust-hashes', '--skip-existing', 'users.ndjson'])).stdout,
    ).toContain('2 imported');
  });

  it('reports every error of each invalid record with its line, and imports the other records', async () => {
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
    expect(await usernames(database)).toEqual(['Taken']);
    const { exitCode, stdout } = await place.run(['users', 'import', 'bad.ndjson']);
    expect(exitCode).toBe(1);
    const output = stdout.trim().split('\n');
    expect(
      output.slice(0, -1).map((line) => line.replace(/^bad\.ndjson:(\d+): (record|\S+) .* \((\w+)\)$/, '$1 $2 $3')),
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
    expect(output.at(-1)).toMatch(/^16 records, 3 imported, 0 skipped, 13 refused, /);
    expect(rehearsal.stdout.trim().split('\n').slice(0, -1)).toEqual(output.slice(0, -1));
    expect(rehearsal.stdout).toContain('3 can be imported');
    expect(await usernames(database)).toEqual(['Taken', 'claims', 'fine1', 'fine2']);
  });

  it('prints the first 20 errors, counts the others, and suggests --skip-existing', async () => {
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
});
