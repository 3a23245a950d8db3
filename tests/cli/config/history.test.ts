import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { login } from '../../config/revisions/support.js';
import { useWorkplaces } from './support.js';

const workplaces = useWorkplaces();
const { workplace, register } = workplaces;

describe('rollcall config show', () => {
  it('shows settings that differ from their defaults', async () => {
    const place = workplace();
    const { stdout } = await place.run(['config', 'show', 'rateLimit.login', '--changed']);
    expect(stdout).toBe('every setting has its default\n');
    place.write('config/local.yaml', login(33));
    const changed = await place.run(['config', 'show', 'rateLimit.login', '--changed']);
    expect(changed.stdout).toMatch(/^KEY +VALUE +SOURCE\nrateLimit\.login\.points +33 +file:local\.yaml\n$/);
  });

  it('shows an active rollback, also after an edit of the files', async () => {
    const place = workplace(workplaces.databaseUrl);
    await register(place, login(33), login(34));
    const { stdout, stderr } = await place.run(['config', 'show', 'rateLimit.login.points']);
    expect(stdout).toMatch(/^rateLimit\.login\.points +60 +rollback$/m);
    expect(stderr).toContain('rollback to revision 1');
    place.write('config/local.yaml', login(35));
    expect((await place.run(['config', 'show', 'rateLimit.login.points'])).stdout).toMatch(
      /^rateLimit\.login\.points +60 +rollback$/m,
    );
  });
});

describe('rollcall config history', () => {
  it('lists time, actor, keys and reason of changes, and shows what a revision changed', async () => {
    const place = workplace(workplaces.databaseUrl);
    await register(place, login(33), login(34));
    const { exitCode, stdout } = await place.run(['config', 'history', '--limit', '3']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/20\S+Z/, 'then').replaceAll(/ +/g, ' '))).toEqual([
      'REVISION CREATED TRIGGER ACTOR HOST CHANGED REASON',
      '4 then rollback to 1 01a1fd4f-a792-70ea-9070-cf815835e40c here rateLimit.login.points limit too low',
      '3 then signal - here rateLimit.login.points -',
      '2 then signal - here rateLimit.login.points -',
      '',
    ]);
    expect((await place.run(['config', 'history', '4'])).stdout).toMatch(/^ +reason +limit too low$/m);
    expect((await place.run(['config', 'history', '3'])).stdout).toMatch(/rateLimit\.login\.points +33 +-> +34/);
    const document = JSON.parse((await place.run(['config', 'history', '3', '--json'])).stdout) as unknown;
    expect(document).toMatchObject({
      data: { revision: 3, changes: [{ key: 'rateLimit.login.points', from: 33, to: 34 }] },
    });
  });

  it.each([
    [['history'], 'the service is not reachable'],
    [['history', 'abc'], 'revision must be a number'],
    [['reload'], 'the service is not reachable'],
    [['history', '--limit', '0'], '1 to 100'],
  ])('%j fails with a one-line message', async (argv, sentence) => {
    const { exitCode, stderr } = await workplace().run(['config', ...argv]);
    expect([exitCode, stderr.trim().split('\n').length, stderr]).toEqual([
      1,
      1,
      expect.stringContaining(sentence) as string,
    ]);
  });

  it.each([[['reload']], [['rollback', '1']]])(
    '%j says that a change may have been made if its response is lost',
    async (argv) => {
      const place = workplace();
      mkdirSync(join(place.directory, '.data'));
      const service = createServer((socket) => socket.once('data', () => socket.destroy()));
      onTestFinished(() => void service.close());
      await once(service.listen(join(place.directory, '.data', 'admin.sock')), 'listening');
      const { exitCode, stderr } = await place.run(['config', ...argv]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^rollcall: no response from the service: .*: ECONNRESET; the change may have been made\. Check `rollcall config history`$/m,
      );
    },
  );

  it('fails for an unknown revision', async () => {
    const place = workplace(workplaces.databaseUrl);
    await register(place);
    for (const number of ['99', '0', 'latest']) {
      expect(await place.run(['config', 'history', number])).toMatchObject({ exitCode: 1, stdout: '' });
    }
  });
});
