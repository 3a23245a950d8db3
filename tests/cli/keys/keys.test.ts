import { hostname } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyTable } from '../../../src/cli/keys/key-table.js';
import type { SigningKey } from '../../../src/contract/signing-key.js';
import { createHash } from 'node:crypto';
import { createDatabase, createMigratedDatabase, type TestDatabase } from '../../support/postgres.js';
import { TestApp } from '../../support/test-app.js';
import { Workplace } from '../support.js';

let database: TestDatabase;
let app: TestApp;
let place: Workplace;

beforeAll(async () => {
  database = await createMigratedDatabase();
  app = await TestApp.start({ databaseUrl: database.url });
  // The encryption key that TestApp uses for this database.
  const secret = createHash('sha256').update(database.url).digest('hex');
  place = new Workplace(database.url, { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: secret });
});

afterAll(async () => {
  place.remove();
  await app.close();
  await database.drop();
});

const listed = async (): Promise<SigningKey[]> =>
  (JSON.parse((await place.run(['keys', 'list', '--json'])).stdout) as { data: SigningKey[] }).data;

describe('rollcall keys', () => {
  it('lists the same keys as the service', async () => {
    const { kid } = app.services.keys.signingKey();
    expect(await listed()).toMatchObject([
      { kid, algorithm: 'ES256', state: 'active', expires_at: null, fingerprint: app.services.keys.fingerprint(kid) },
    ]);
    const { exitCode, stdout } = await place.run(['keys', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^KID +ALGORITHM +STATE +CREATED +EXPIRES +FINGERPRINT$/),
      expect.stringMatching(new RegExp(`^${kid}  ES256 +active +\\S+Z  - +[0-9a-f]{32}$`)),
      '',
    ]);
  });

  it('rotates the key of a running service, and records who did it', async () => {
    const former = app.services.keys.signingKey().kid;
    const { exitCode, stdout } = await place.run(['keys', 'rotate', '--algorithm', 'rs256', '--json']);
    const key = (JSON.parse(stdout) as { data: SigningKey }).data;
    expect([exitCode, key.algorithm, key.state]).toEqual([0, 'RS256', 'active']);
    await app.services.keys.reload();
    expect(app.services.keys.signingKey().kid).toBe(key.kid);
    expect((await listed()).map(({ state }) => state)).toEqual(['active', 'retiring']);
    const rows: unknown[] = await app.services.db.knex('audit_events').where({ action: 'key.rotated' });
    const details = {
      hostname: hostname(),
      kid: key.kid,
      algorithm: 'RS256',
      previous: former,
      reason: 'cli',
      by: 'cli',
    };
    expect(rows).toMatchObject([{ actor_id: null, ip_address: null, details }]);
    expect((await place.run(['keys', 'rotate'])).stdout).toMatch(/^KID .*\n\S+ +ES256 +active /);
  });

  it('removes a key that is not active, after confirmation, and records who did it', async () => {
    const [active, retiring] = await listed();
    const kid = retiring?.kid ?? '';
    expect(await place.run(['keys', 'remove', kid])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'Confirmation is required: run the command on a terminal, or use --yes',
      ) as string,
    });
    expect(await place.run(['keys', 'remove', kid, '--yes'])).toEqual({
      ...{ exitCode: 0, stdout: `key ${kid} removed\n`, stderr: '' },
    });
    expect((await listed()).map((key) => key.kid)).not.toContain(kid);
    const rows: unknown[] = await app.services.db.knex('audit_events').where({ action: 'key.removed' });
    expect(rows).toMatchObject([{ details: { kid, via: 'cli', hostname: hostname() } }]);
    const again = await place.run(['keys', 'remove', kid, '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({
      error: { code: 'not_found', message: `cannot remove key ${kid}: there is no such key` },
    });
    expect((await place.run(['keys', 'remove', active?.kid ?? '', '--yes'])).stderr).toContain(
      'it is the active key; run `rollcall keys rotate` first',
    );
  });

  it.each(['none', 'HS512', ''])('rejects the algorithm "%s"', async (algorithm) => {
    const { exitCode, stderr } = await place.run(['keys', 'rotate', '--algorithm', algorithm]);
    expect([exitCode, stderr]).toEqual([1, 'rollcall: --algorithm must be one of HS256, ES256, RS256\n']);
  });

  it('lists keys with another encryption key, and changes nothing', async () => {
    const otherKey = new Workplace(database.url, { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'ab'.repeat(32) });
    const before = await listed();
    const { exitCode, stderr } = await otherKey.run(['keys', 'rotate']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'rollcall: auth.keys.encryptionKey (ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY) is wrong: the signing keys in this database were encrypted with another key\n',
    );
    expect((await otherKey.run(['keys', 'list'])).stdout).toContain('cannot be opened');
    expect(await listed()).toEqual(before);
    otherKey.remove();
  });

  it('reports in one line that the database is not migrated', async () => {
    const empty = await createDatabase();
    const elsewhere = new Workplace(empty.url);
    for (const command of ['list', 'rotate']) {
      const { exitCode, stderr } = await elsewhere.run(['keys', command]);
      const line = 'rollcall: the database schema is out of date; run `rollcall migrate up`\n';
      expect([exitCode, stderr]).toEqual([1, line]);
    }
    elsewhere.remove();
    await empty.drop();
  });
});

describe('the table of keys', () => {
  const key = { kid: 'k', algorithm: 'ES256', created_at: 'c', expires_at: null, fingerprint: 'f' } as const;
  const keys = [
    { ...key, state: 'active' },
    { ...key, state: 'retiring' },
  ] as const;
  const stdout = { write: () => undefined, isTTY: true };

  it('has colours only on terminals that support them and without NO_COLOR', () => {
    const plain = keyTable(keys, { stdout: { ...stdout, isTTY: false }, env: {} });
    const coloured = keyTable(keys, { stdout, env: {} });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(keyTable(keys, { stdout, env: { NO_COLOR: '1' } })).toBe(plain);
    expect(keyTable(keys, { stdout, env: { TERM: 'dumb' } })).toBe(plain);
  });
});
