import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAdministrator } from '../../../src/server/startup/administrator.js';
import { useTestApp, withoutRateLimits, type TestApp } from '../../support/test-app.js';
import { Workplace, type Ran } from '../support.js';

const password = 'correct horse battery staple';

let app: TestApp;
let place: Workplace;

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);

beforeAll(() => createAdministrator(app.services, { username: 'root', password }));

const open = (env: Readonly<Record<string, string>> = {}): Workplace =>
  new Workplace(app.databaseUrl, { ROLLCALL_SERVER_ADMIN_SOCKET: 'none.sock', ...env });

const logIn = (): Promise<Ran> =>
  place.run(['login', '--url', app.url, '--username', 'root'], { stdin: `${password}\n` });

const credentials = (): string => join(place.directory, '.config', 'rollcall', 'credentials.json');

beforeEach(() => {
  place = open();
});
afterEach(() => {
  place.remove();
});

describe('rollcall login', () => {
  it('keeps the tokens in a file that only the user can read, and logout removes it and ends the session', async () => {
    expect(await logIn()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(statSync(credentials()).mode & 0o777).toBe(0o600);
    const { accessToken, url } = JSON.parse(readFileSync(credentials(), 'utf8')) as Record<string, string>;
    expect(url).toBe(app.url);
    expect(await place.run(['logout'])).toMatchObject({ exitCode: 0, stdout: `logged out of ${app.url}\n` });
    expect(existsSync(credentials())).toBe(false);
    const { status } = await app.send('GET', '/api/v1/users/me', { token: accessToken ?? '' });
    expect(status).toBe(401);
  });

  it('reports a wrong password with exit code 1, and a missing username with 2', async () => {
    const wrong = await place.run(['login', '--url', app.url, '--username', 'root'], { stdin: 'not the password' });
    expect(wrong).toMatchObject({ exitCode: 1, stderr: 'rollcall: The username or password is incorrect.\n' });
    expect((await place.run(['login', '--url', app.url])).exitCode).toBe(2);
  });
});

describe('commands that call the API', () => {
  it('require a login, and send its tokens to no other service', async () => {
    expect(await place.run(['config', 'overrides', '--json'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('"not_logged_in"') as string,
    });
    await logIn();
    const elsewhere = await place.run(['config', 'overrides', '--url', 'http://127.0.0.1:1']);
    expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([
      1,
      'rollcall: not logged in to http://127.0.0.1:1; run `rollcall login --url http://127.0.0.1:1`\n',
    ]);
  });

  it('renew an access token that expires', async () => {
    await logIn();
    const stored = JSON.parse(readFileSync(credentials(), 'utf8')) as Record<string, unknown>;
    place.write('.config/rollcall/credentials.json', JSON.stringify({ ...stored, expiresAtMs: 0 }));
    expect((await place.run(['config', 'overrides'])).exitCode).toBe(0);
    const renewed = JSON.parse(readFileSync(credentials(), 'utf8')) as Record<string, unknown>;
    expect(renewed['refreshToken']).not.toBe(stored['refreshToken']);
  });

  it('prefer ROLLCALL_TOKEN', async () => {
    await logIn();
    const { accessToken } = JSON.parse(readFileSync(credentials(), 'utf8')) as Record<string, string>;
    place.remove();
    place = open({ ROLLCALL_TOKEN: accessToken ?? '' });
    expect(await place.run(['config', 'overrides', '--url', app.url])).toMatchObject({
      exitCode: 0,
      stdout: 'no setting is overridden\n',
    });
  });
});

describe('rollcall config set', () => {
  beforeEach(async () => {
    await logIn();
  });

  afterEach(async () => {
    await app.services.config.overrides.remove(null, { requester: { actorId: null, requestMetadata: null } });
  });

  it('overrides settings, with a reason, and unset removes them', async () => {
    const set = [
      'config',
      'set',
      'rateLimit.login.points=20',
      'cors.origins=["https://a.example"]',
      'docs.enabled=false',
    ];
    const { exitCode, stdout } = await place.run([...set, '--reason', 'attack']);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^configuration applied \(revision \d+\)\nchanged: docs\.enabled, cors\.origins, /),
    ]);
    const { current } = app.services.config;
    expect([current.rateLimit.login.points, current.cors.origins, current.docs.enabled]).toEqual([
      20,
      ['https://a.example'],
      false,
    ]);
    const listed = await place.run(['config', 'overrides']);
    expect(listed.stdout).toMatch(/^KEY +VALUE +SINCE +EXPIRES +ACTOR +REASON\n/);
    expect(listed.stdout).toMatch(/rateLimit\.login\.points +20 .* attack\n/);
    expect((await place.run(['config', 'unset', 'docs.enabled', 'cors.origins'])).exitCode).toBe(0);
    expect(app.services.config.status.overrides.overrides.map(({ key }) => key)).toEqual(['rateLimit.login.points']);
  });

  it('waits for a confirmation, which confirm and revert find by themselves', async () => {
    const set = ['config', 'set', 'rateLimit.login.points=21', '--confirm-within', '5m'];
    expect((await place.run(set)).stdout).toMatch(/unless confirmed: rollcall config confirm \d+\n$/);
    expect((await place.run(['config', 'confirm'])).stdout).toMatch(
      /^revision \d+ confirmed; revision \d+ is active\n$/,
    );
    expect(await place.run(['config', 'confirm'])).toMatchObject({
      exitCode: 1,
      stderr: 'rollcall: no change is waiting for confirmation\n',
    });
    await place.run(['config', 'set', 'rateLimit.login.points=22', '--confirm-within', '5m']);
    expect((await place.run(['config', 'revert'])).exitCode).toBe(0);
    expect(app.services.config.current.rateLimit.login.points).toBe(21);
  });

  it('only validates with --dry-run', async () => {
    expect(
      await place.run(['config', 'set', 'rateLimit.login.points=23', 'docs.enabled=true', '--dry-run']),
    ).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^rateLimit\.login\.points +60 +-> +23\n$/) as string,
    });
    const invalid = await place.run(['config', 'set', 'rateLimit.login.points=0', 'server.port=1', '--dry-run']);
    expect([invalid.exitCode, invalid.stderr]).toEqual([1, expect.stringContaining('server.port') as string]);
    expect(await place.run(['config', 'unset', 'docs.enabled', '--dry-run'])).toMatchObject({
      ...{ exitCode: 0, stdout: 'no setting would change\n' },
    });
    const mixed = await place.run(['config', 'set', 'rateLimit.login.points=23', '--dry-run', '--reason', 'attack']);
    expect(mixed.exitCode).toBe(2);
    expect(app.services.config.status.overrides.overrides).toEqual([]);
  });

  it('is mentioned by config show, also without the service', async () => {
    await place.run(['config', 'set', 'rateLimit.login.points=21', '--confirm-within', '5m']);
    const { stdout, stderr } = await place.run(['config', 'show', 'rateLimit.login']);
    expect(stdout).toMatch(/^rateLimit\.login\.points +21 +override$/m);
    expect(stderr).toMatch(
      /^overridden at runtime: rateLimit\.login\.points\nrevision (\d+) will be reverted at \S+ unless confirmed: rollcall config confirm \1$/m,
    );
    await place.run(['config', 'revert']);
  });

  it('schedules and cancels', async () => {
    const { stdout } = await place.run([
      'config',
      'set',
      'docs.enabled=false',
      '--at',
      '2099-01-01T00:00:00Z',
      '--json',
    ]);
    const { id } = (JSON.parse(stdout) as { data: { scheduled: { id: string } } }).data.scheduled;
    expect((await place.run(['config', 'scheduled'])).stdout).toContain(`${id}  2099-01-01T00:00:00.000Z`);
    expect((await place.run(['config', 'scheduled', 'cancel', id])).exitCode).toBe(0);
    expect((await place.run(['config', 'scheduled', 'cancel', id])).exitCode).toBe(1);
    expect((await place.run(['config', 'scheduled'])).stdout).toBe('no change is scheduled\n');
  });

  it('exits with 1 and one line for each error if it is rejected', async () => {
    const { exitCode, stderr } = await place.run(['config', 'set', 'rateLimit.login.pionts=20', 'server.port=1']);
    expect(exitCode).toBe(1);
    expect(stderr.split('\n').slice(1, 3)).toEqual([
      expect.stringContaining(
        'rateLimit.login.pionts: unknown key (unknown_key); did you mean rateLimit.login.points?',
      ),
      expect.stringContaining('server.port: a change requires a restart (needs_restart)'),
    ]);
  });

  it('names an invalid option, once', async () => {
    expect(await place.run(['config', 'set', 'rateLimit.login.points=20', '--confirm-within', '0s'])).toMatchObject({
      exitCode: 1,
      stderr: 'rollcall: --confirm-within: must be a duration between 1s and 24h, such as 30s, 5m or 2h\n',
    });
  });

  it.each([
    ['no assignment', ['config', 'set']],
    ['no value', ['config', 'set', 'docs.enabled']],
    ['a setting given twice', ['config', 'set', 'docs.enabled=false', 'docs.enabled=true']],
    ['a list that is not JSON', ['config', 'set', 'cors.origins=[a']],
    ['a ratio that is no number', ['config', 'set', 'docs.enabled=false', '--max-error-ratio', 'high']],
    ['an unknown option', ['config', 'set', 'docs.enabled=false', '--forever']],
    ['a revision that is no number', ['config', 'confirm', 'x']],
    ['an unknown action', ['config', 'scheduled', 'stop', '1']],
  ])('exits with 2 for incorrect usage: %s', async (_case, argv) => {
    expect((await place.run(argv)).exitCode).toBe(2);
  });

  it('compares revisions', async () => {
    const before = String(app.services.config.status.revision);
    await place.run(['config', 'set', 'rateLimit.login.points=23']);
    expect((await place.run(['config', 'compare', before])).stdout).toBe('rateLimit.login.points  60  ->  23\n');
    expect((await place.run(['config', 'compare', before, before])).stdout).toBe('no differences\n');
    expect((await place.run(['config', 'compare', '99999'])).exitCode).toBe(1);
  });
});

describe('rollcall config schema', () => {
  it('prints the JSON Schema, also without a service and a login', async () => {
    const { exitCode, stdout } = await place.run(['config', 'schema']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('config/schema.json', 'utf8')));
  });
});
