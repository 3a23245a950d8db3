import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { login } from '../../config/revisions/support.js';
import { directoryWith, nowhere, useWorkplaces } from './support.js';

const workplaces = useWorkplaces();
const { workplace, register } = workplaces;

describe('rollcall config diff', () => {
  it('ignores an empty list of secrets if the encryption key is different or absent', async () => {
    const place = workplace(workplaces.databaseUrl);
    place.write('config/local.yaml', 'password: {previousPeppers: []}\n');
    await register(place);
    const shell = workplace(workplaces.databaseUrl, { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'c'.repeat(64) });
    shell.write('config/local.yaml', 'password: {previousPeppers: []}\n');
    const { exitCode, stdout } = await shell.run(['config', 'diff']);
    expect(stdout).toContain('no changes\nsecrets were not compared');
    expect(exitCode).toBe(0);
  });

  it('ignores a changed secret in a file if the encryption key is different or absent, but not a missing one', async () => {
    const smtp = 'mail: {smtp: {username: me, password: hunter2}}\n';
    const place = workplace(workplaces.databaseUrl);
    place.write('config/local.yaml', smtp);
    await register(place);
    for (const key of ['c'.repeat(64), '']) {
      const shell = workplace(workplaces.databaseUrl, { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: key });
      shell.write('config/local.yaml', smtp);
      expect(await shell.run(['config', 'diff'])).toMatchObject({ exitCode: 0 });
      shell.write('config/local.yaml', '{}\n');
      const { exitCode, stdout } = await shell.run(['config', 'diff']);
      expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/mail\.smtp\.password +\*{8} +null/) as string]);
    }
  });

  it('exits 0 without a difference, and 3 with one, and lists what requires a restart', async () => {
    const place = workplace(workplaces.databaseUrl);
    await register(place, login(33));
    const same = await place.run(['config', 'diff']);
    expect([same.exitCode, same.stdout]).toEqual([
      0,
      expect.stringMatching(/compared with revision 2:\nno changes/) as string,
    ]);
    place.write('config/local.yaml', `${login(34)}server: {port: 9}\n`);
    const other = await place.run(['config', 'diff']);
    expect(other.exitCode).toBe(3);
    expect(other.stdout).toMatch(
      /server\.port +0 +9 +requires a restart\nrateLimit\.login\.points +33 +34 +immediately/,
    );
    expect(other.stdout).toMatch(/^2 changes, 1 requires a restart$/m);
    expect(other.stderr).toMatch(
      /^the service is not reachable .*; comparing with revision 2, the newest in the database$/m,
    );
  });

  it('lists edits without effect because of the environment', async () => {
    const place = workplace(nowhere, { ROLLCALL_RATE_LIMIT_LOGIN_POINTS: '50' });
    const [one, other] = [directoryWith(place, 'one', login(7)), directoryWith(place, 'other', login(8))];
    const { exitCode, stdout } = await place.run(['config', 'diff', other, '--against', one, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      data: {
        compared_with: { kind: 'directory', directory: join(place.directory, 'one') },
        changes: [],
        ignored: [{ key: 'rateLimit.login.points', pinned_by: 'ROLLCALL_RATE_LIMIT_LOGIN_POINTS' }],
      },
    });
  });

  it('exits 1 for an invalid directory, and if there is nothing to compare with', async () => {
    const place = workplace();
    const bad = directoryWith(place, 'bad', login(0));
    expect(await place.run(['config', 'diff', bad])).toMatchObject({ exitCode: 1, stdout: '' });
    const alone = await place.run(['config', 'diff']);
    expect([alone.exitCode, alone.stderr]).toEqual([1, expect.stringContaining('--against') as string]);
  });
});
