import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.js';
import { login } from '../../config/revisions/support.js';
import { noSecrets } from '../support.js';
import { directoryWith, nowhere, useWorkplaces } from './support.js';

const { workplace } = useWorkplaces();

describe('rollcall config check', () => {
  it('reports success or every error, as text and JSON', async () => {
    const place = workplace();
    const bad = directoryWith(place, 'bad', 'api: {v2Enabled: maybe}\nnowhere: 1\n');
    expect(await place.run(['config', 'check'])).toEqual({
      exitCode: 0,
      stdout: `${join(place.directory, 'config')}: configuration OK\n`,
      stderr: '',
    });
    const rejected = await place.run(['config', 'check', bad]);
    expect([rejected.exitCode, rejected.stderr.trim().split('\n').length, rejected.stdout]).toEqual([1, 2, '']);
    const { exitCode, stdout } = await place.run(['config', 'check', bad, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      data: {
        valid: false,
        errors: [{ key: 'api.v2Enabled', file: 'local.yaml', code: 'wrong_type' }, { key: 'nowhere' }],
      },
    });
  });

  it('can ignore the variables of the shell', async () => {
    const place = workplace(nowhere, { ROLLCALL_RATE_LIMIT_LOGIN_POINTS: '0' });
    expect((await place.run(['config', 'check'])).exitCode).toBe(1);
    expect(await place.run(['config', 'check', '--without-environment'])).toMatchObject({ exitCode: 0, stderr: '' });
    const production = workplace(nowhere, { NODE_ENV: 'production', ...noSecrets });
    const alone = await production.run(['config', 'check', '--without-environment']);
    expect([alone.exitCode, alone.stdout]).toEqual([0, expect.stringMatching(/configuration OK\n$/) as string]);
  });

  it('warns about a dangling link', async () => {
    const place = workplace();
    symlinkSync('/nowhere.yaml', join(place.directory, 'config', 'local.yaml'));
    const { exitCode, stderr } = await place.run(['config', 'check']);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('local.yaml: dangling link to /nowhere.yaml') as string,
    ]);
  });

  it('creates no files', async () => {
    const place = workplace();
    await place.run(['config', 'check']);
    await place.run(['config', 'explain', 'auth.access.ttl']);
    expect(readdirSync(place.directory)).toEqual(['config']);
  });
});

describe('rollcall config explain', () => {
  it('shows the value of each layer, and which one is active', async () => {
    const place = workplace(nowhere, { ROLLCALL_RATE_LIMIT_LOGIN_POINTS: '50' });
    place.write('config/local.yaml', login(33));
    const { exitCode, stdout } = await place.run(['config', 'explain', 'rateLimit.login.points']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(-5)).toEqual([
      '    default                               60  overridden',
      '    file:default.yaml                     60  overridden',
      '    file:local.yaml                       33  overridden',
      '    env:ROLLCALL_RATE_LIMIT_LOGIN_POINTS  50  active',
      '',
    ]);
  });

  it('notes that the configured database was not reachable', async () => {
    const { stderr } = await workplace().run(['config', 'explain', 'auth.access.ttl']);
    expect(stderr).toMatch(/^the service is not reachable \(.*admin\.sock: socket not found\); showing the files/);
    expect(stderr).toMatch(/^overrides would not be shown: the database does not respond/m);
  });

  it('explains a section, and includes the layers in JSON', async () => {
    const { stdout } = await workplace().run(['config', 'explain', 'rateLimit.login', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      data: [
        {
          key: 'rateLimit.login.points',
          value: 60,
          source: 'file:default.yaml',
          layers: [{ source: 'default' }, { active: true }],
        },
        { key: 'rateLimit.login.window' },
        { key: 'rateLimit.login.block' },
      ],
    });
  });

  it.each([
    ['ROLLCALL_LOGGING_LEVEL', /^logging\.level: /],
    ['ROLLCALL_PASSWORD_PEPPER_FILE', /^password\.pepper: /],
    ['PORT', /^server\.port: /],
    ['ROLLCALL_FEATURES_NEW_CHECKOUT', /^features\.newCheckout: /],
    ['features.newCheckout', /value +not set\n[^]*default +none\n[^]*not set in any layer/],
  ])('explains %s', async (name, text) => {
    const { exitCode, stdout } = await workplace().run(['config', 'explain', name]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(text) as string]);
  });

  it('refers to the list of settings if there is no similar key', async () => {
    const { exitCode, stderr } = await workplace().run(['config', 'explain', 'zzzzzzzzzzzz']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('`rollcall config show` lists') as string]);
    const variable = await workplace().run(['config', 'explain', 'ROLLCALL_LOGGING_LEVLE']);
    expect(variable.stderr).toContain('did you mean ROLLCALL_LOGGING_LEVEL?');
  });

  it('suggests a similar key, and exits 1', async () => {
    const { exitCode, stderr } = await workplace().run(['config', 'explain', 'rateLimit.login.point']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('did you mean rateLimit.login.points?');
  });

  it('lists every error of an invalid configuration, and exits 2', async () => {
    const place = workplace();
    place.write('config/local.yaml', login(0));
    const { exitCode, stderr } = await place.run(['config', 'explain', 'auth.access.ttl']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('rateLimit.login.points') as string]);
  });

  it('masks secrets', async () => {
    const place = workplace('postgres://me:hunter2@127.0.0.1:1/none');
    const { stdout, stderr } = await place.run(['config', 'explain', 'database']);
    expect(stdout).toContain('********');
    expect(stdout + stderr).not.toContain('hunter2');
  });
});
describe('an invalid configuration', () => {
  it.each([
    [1, ['config', 'check']],
    [1, ['config', 'diff']],
    [2, ['serve']],
    [2, ['config', 'show']],
    [2, ['config', 'explain', 'auth.access.ttl']],
    [2, ['config', 'history']],
    [2, ['migrate', 'status']],
    [2, ['users', 'list']],
    [2, ['keys', 'list']],
    [2, ['mail', 'list']],
    [2, ['healthcheck']],
  ])('exits with %i from %j, and names file, line and column', async (exitCode, argv) => {
    const place = workplace();
    place.write('config/local.yaml', login(0));
    const failed = await place.run(argv);
    const line = expect.stringMatching(/local\.yaml:\d+:\d+: rateLimit\.login\.points: must be /) as string;
    expect(failed).toMatchObject({ exitCode, stderr: line });
  });
});

describe('colours', () => {
  const run = async (isTTY: boolean, env: Readonly<Record<string, string>>): Promise<string> => {
    let text = '';
    const place = workplace();
    await runProgram({
      argv: ['config', 'check'],
      env: { NODE_ENV: 'test', ...env },
      cwd: place.directory,
      pid: process.pid,
      nodeVersion: 'v20',
      stdin: (async function* nothing() {})(),
      stdout: { isTTY, write: (part) => (text += part) },
      stderr: { write: () => undefined },
      onSignal: () => () => undefined,
    });
    return text;
  };

  it('are used on terminals unless they are disabled', async () => {
    const escape = '\u001b[';
    expect(await run(true, {})).toContain(escape);
    expect(await run(false, {})).not.toContain(escape);
    expect(await run(true, { NO_COLOR: '1' })).not.toContain(escape);
    expect(await run(true, { TERM: 'dumb' })).not.toContain(escape);
  });
});
