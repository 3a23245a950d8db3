import { afterEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../../src/config/schema/schema.js';
import type { Database } from '../../../src/database/database.js';
import { SecretBox } from '../../../src/security/secret-box.js';
import { encryptionContext } from '../../../src/security/key-material.js';
import { formatStoredHash } from '../../../src/security/password-format.js';
import { checkSecrets } from '../../../src/server/startup/check-secrets.js';
import { CommandError } from '../../../src/server/process/environment.js';
import { Workplace } from '../../cli/support.js';
import { silentLog, useDatabase } from '../../support/postgres.js';

let database: Database;
let url: string;
useDatabase((testDatabase, opened) => {
  url = testDatabase.url;
  database = opened;
});
afterEach(async () => {
  await database.knex('secret_checks').delete();
  await database.knex('signing_keys').delete();
  await database.knex('users').delete();
});

const [keyA, keyB] = ['a'.repeat(64), 'b'.repeat(64)];

interface Secrets {
  readonly pepper?: string;
  readonly previousPeppers?: readonly string[];
  readonly encryptionKey?: string;
}

/** The result of a start with these secrets. */
const start = async (
  { pepper = 'pepper A of the tests', previousPeppers = [], encryptionKey = keyA }: Secrets,
  record = true,
): Promise<string> => {
  const settings = { password: { pepper, previousPeppers }, auth: { keys: { encryptionKey } } } as unknown as Settings;
  try {
    await checkSecrets({ db: database, settings, log: silentLog(), record });
    return 'starts';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(error.message).not.toContain(pepper);
    expect(error.message).not.toContain(encryptionKey);
    return `${String(error.exitCode)} ${error.message.split(' ', 1)[0] ?? ''}`;
  }
};
const [other, wrongPepper, wrongKey] = ['pepper B of the tests', '2 password.pepper', '2 auth.keys.encryptionKey'];

const addUser = async (passwordHash: string | null): Promise<void> => {
  const id = '01900000-0000-7000-8000-000000000001';
  await database.knex('users').insert({ id, username: 'ada', password_hash: passwordHash });
};
const hashUnder = (pepper: string): string => formatStoredHash(pepper, `$2b$04$${'a'.repeat(53)}`);

describe('recorded secrets', () => {
  it('must be the same at the next start', async () => {
    expect(await start({})).toBe('starts');
    expect(await start({})).toBe('starts');
    expect(await start({ pepper: other })).toBe(wrongPepper);
    expect(await start({ encryptionKey: keyB })).toBe(wrongKey);
    expect(await start({})).toBe('starts');
  });

  it('let only one of two concurrent starts succeed if their secrets differ', async () => {
    const outcomes = await Promise.all([start({}), start({ pepper: other }), start({}), start({ pepper: other })]);
    expect([...outcomes].sort()).toEqual([wrongPepper, wrongPepper, 'starts', 'starts']);
  });

  it('are updated when the pepper is rotated, and when the rotation is reverted', async () => {
    await start({});
    expect(await start({ pepper: other, previousPeppers: ['pepper C of the tests'] })).toBe(wrongPepper);
    const [a, b] = ['pepper A of the tests', other];
    expect(await start({ pepper: b, previousPeppers: ['x', a] })).toBe('starts');
    // An instance with only the former pepper could not verify the new hashes.
    expect(await start({ pepper: a })).toBe(wrongPepper);
    expect(await start({ pepper: b })).toBe('starts');
    expect(await start({ pepper: a, previousPeppers: [b] })).toBe('starts');
  });
});

describe('secrets that have not been recorded', () => {
  it('must match the stored password hashes', async () => {
    await addUser(hashUnder('pepper A of the tests'));
    expect(await start({ pepper: other })).toBe(wrongPepper);
    expect(await start({ pepper: other, previousPeppers: ['pepper A of the tests'] })).toBe('starts');
    expect(await start({ pepper: 'pepper A of the tests' })).toBe(wrongPepper);
  });

  it.each([null, '!', `$2y$12$${'a'.repeat(53)}`, `rc1$-$2b$12$${'a'.repeat(53)}`])(
    'are recorded when the only hash is %s, which cannot be checked',
    async (hash) => {
      await addUser(hash);
      expect(await start({ pepper: other })).toBe('starts');
      expect(await start({})).toBe(wrongPepper);
    },
  );

  it('must match the stored signing keys', async () => {
    const id = '01900000-0000-7000-8000-000000000002';
    const secret = new SecretBox(keyA).seal(Buffer.alloc(32, 7), encryptionContext(id, 'HS256'));
    await database.knex('signing_keys').insert({ id, algorithm: 'HS256', state: 'active', encrypted_secret: secret });
    expect(await start({ encryptionKey: keyB })).toBe(wrongKey);
    expect(await database.knex('secret_checks')).toEqual([]);
    expect(await start({ encryptionKey: keyA })).toBe('starts');
  });

  it('are not recorded by a read-only command', async () => {
    expect(await start({}, false)).toBe('starts');
    expect(await database.knex('secret_checks')).toEqual([]);
  });
});

describe('the secret record', () => {
  it('contains keyed hashes and not the secrets', async () => {
    await start({});
    const rows = await database.knex<{ name: string; value: Buffer }>('secret_checks').orderBy('name');
    expect(rows.map(({ name, value }) => [name, value.length])).toEqual([
      ['encryption_key', 32],
      ['pepper', 32],
    ]);
    expect(rows.some(({ value }) => value.includes('pepper A') || value.toString('hex') === keyA)).toBe(false);
  });

  it('is optional while the migration of its table is pending', async () => {
    await addUser(hashUnder('pepper A of the tests'));
    await database.knex.raw('ALTER TABLE secret_checks RENAME TO set_aside');
    try {
      expect(await start({})).toBe('starts');
      expect(await start({ pepper: other })).toBe(wrongPepper);
    } finally {
      await database.knex.raw('ALTER TABLE set_aside RENAME TO secret_checks');
    }
  });
});

describe('commands', () => {
  it.each([
    ['users', 'import', 'users.ndjson'],
    ['users', 'import', '--dry-run', 'users.ndjson'],
    ['admin', 'create', 'ada'],
    ['keys', 'rotate'],
  ])('are rejected with another pepper or encryption key: %s %s', async (...argv) => {
    await start({});
    for (const env of [
      { ROLLCALL_PASSWORD_PEPPER: other, ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: keyA },
      { ROLLCALL_PASSWORD_PEPPER: 'pepper A of the tests', ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: keyB },
    ]) {
      const place = new Workplace(url, env);
      place.write('users.ndjson', '{"username":"grace"}');
      const { exitCode, stderr } = await place.run(argv.filter((word): word is string => typeof word === 'string'));
      place.remove();
      expect(stderr).toMatch(/^rollcall: \S+ \(ROLLCALL_\w+\) is wrong: [^\n]+\n$/);
      expect(exitCode).toBe(2);
    }
    expect(await database.knex('users')).toEqual([]);
  });
});
