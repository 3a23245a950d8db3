import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBootstrapCredentials } from '../../../src/server/startup/bootstrap-credentials.js';
import { bootstrap } from '../../../src/server/startup/bootstrap.js';
import { CommandError } from '../../../src/server/process/environment.js';
import { createMigratedDatabase, openDatabase, silentLog, type TestDatabase } from '../../support/postgres.js';
import { Workplace } from '../../cli/support.js';

const username = 'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME';
const password = 'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD';
const good = 'correct horse battery staple';
const nowhere = 'postgres://nobody@127.0.0.1:1/none';

const places: Workplace[] = [];
let database: TestDatabase;

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});
afterAll(() => database.drop());

/** Reads the credentials like `rollcall serve`; the file `secret` contains `content`. */
const read = async (env: Record<string, string>, content = `${good}\n`, databaseUrl = nowhere) => {
  const place = new Workplace(databaseUrl, env);
  places.push(place);
  place.write('secret', content);
  const warnings: string[] = [];
  const log = silentLog();
  log.warn = (_fields: unknown, message: unknown) => void warnings.push(String(message));
  const core = bootstrap(place.host(), log);
  const login: unknown = await readBootstrapCredentials(core, place.host()).catch((error: unknown) => error);
  await core.config.close();
  return { login, warnings, metrics: await core.metrics.expose() };
};

describe('readBootstrapCredentials', () => {
  it.each<[string, Record<string, string>]>([
    ['variables', { [username]: 'root', [password]: good }],
    ['files', { [`${username}_FILE`]: 'name', [`${password}_FILE`]: 'secret' }],
    ['both', { [username]: 'root', [`${password}_FILE`]: 'secret' }],
  ])('reads the credentials from %s', async (_what, env) => {
    const place = new Workplace(nowhere, env);
    places.push(place);
    place.write('secret', `${good}\n`);
    place.write('name', 'root\r\n');
    const core = bootstrap(place.host(), silentLog());
    expect(await readBootstrapCredentials(core, place.host())).toEqual({ username: 'root', password: good });
  });

  it('returns undefined if the variables are missing or blank', async () => {
    expect((await read({})).login).toBeUndefined();
    expect((await read({ [username]: '', [password]: '' })).login).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string | RegExp]>([
    ['no password', { [username]: 'root' }, `${username} is set without ${password}; set both`],
    ['an empty password', { [username]: 'root', [password]: '' }, `${username} is set without ${password}; set both`],
    ['no username', { [password]: good }, `${password} is set without ${username}; set both`],
    [
      'white space as the password',
      { [username]: 'root', [password]: '   ' },
      /^\w+_PASSWORD is rejected: .*at least 15/,
    ],
    ['a short password', { [username]: 'root', [password]: 'short' }, /^\w+_PASSWORD is rejected: .*at least 15/],
    ['a common password', { [username]: 'root', [password]: '123456789012345' }, /^\w+_PASSWORD is rejected: /],
    [
      'the username in it',
      { [username]: 'grandmother', [password]: 'the grandmother of all' },
      /must not contain the username/,
    ],
    [
      'an email address',
      { [username]: 'admin@example.org', [password]: good },
      /^\w+_USERNAME must start with a letter or digit/,
    ],
    ['a short username', { [username]: 'x', [password]: good }, /^\w+_USERNAME must have at least 3 characters$/],
    [
      'two forms',
      { [username]: 'root', [password]: good, [`${password}_FILE`]: 'secret' },
      /^both \w+_PASSWORD and \w+_PASSWORD_FILE are set/,
    ],
    ['no such file', { [username]: 'root', [`${password}_FILE`]: 'nope' }, /^\w+_PASSWORD_FILE: nope: /],
    [
      'a directory',
      { [username]: 'root', [`${password}_FILE`]: '.' },
      /^\w+_PASSWORD_FILE: \.: not a file but a directory/,
    ],
  ])('rejects with one line and exit code 2: %s', async (_what, env, reason) => {
    const { login: error } = await read(env);
    expect(error).toBeInstanceOf(CommandError);
    const { message, exitCode } = error as CommandError;
    expect(exitCode).toBe(2);
    expect(message).not.toContain('\n');
    if (typeof reason === 'string') expect(message).toBe(reason);
    else expect(message).toMatch(reason);
  });

  it.each(['', '\n'])('rejects a file that contains %j', async (content) => {
    const { login } = await read({ [username]: 'root', [`${password}_FILE`]: 'secret' }, content);
    expect(String(login)).toMatch(/_PASSWORD_FILE: secret: file is empty/);
  });

  it('only warns about invalid variables if the database has an administrator', async () => {
    const env = { [username]: 'root', [password]: 'short' };
    expect((await read(env, good, database.url)).login).toBeInstanceOf(CommandError);
    const db = openDatabase(database.url);
    await db.knex
      .raw(`WITH u AS (INSERT INTO users (id, username, password_hash) VALUES (gen_random_uuid(), 'ada', NULL) RETURNING id)
      INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM u, roles r WHERE r.name = 'admin'`);
    await db.close();
    const { login, warnings, metrics } = await read(env, good, database.url);
    expect(login).toBeUndefined();
    // The service opens its connection pool later.
    expect(metrics).not.toContain('database_pool');
    expect(warnings).toEqual([
      expect.stringMatching(/PASSWORD is rejected: .*; ignored because an administrator exists$/),
    ]);
  });
});
