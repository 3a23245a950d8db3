import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { type Workplace } from '../support.js';
import { cliFacts, many, ndjson, useImports } from './support.js';

let database: Database;
let place: Workplace;

useImports((fixture) => {
  ({ database, place } = fixture);
});

describe('rollcall users export', () => {
  it.each(['ndjson', 'csv'])(
    'writes %s that imports to the same accounts, with hashes only on request',
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

  it('writes to standard output for -, and ends when the reader closes the pipe', async () => {
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
