import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { WorkerRun } from '../../features/support/run/worker-run.js';
import { root } from './support.js';

const info = { uri: 'features/x.feature', name: 'moving', tags: [] };

/** A run whose scenario has begun, the directory of the scenario, and a folder with a directory that existed before. */
const beginScenario = async (): Promise<{ run: WorkerRun; directory: string; folder: string }> => {
  const workDirectory = mkdtempSync(join(tmpdir(), 'rollcall-feature-run-'));
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-moved-'));
  mkdirSync(join(folder, 'docker'));
  writeFileSync(join(folder, 'docker', 'kept'), 'a');
  const run = await WorkerRun.open({ root, workDirectory }, '0');
  onTestFinished(async () => {
    await run.close();
    for (const path of [workDirectory, folder]) rmSync(path, { recursive: true });
  });
  await run.begin(info);
  const parent = join(workDirectory, 'w0');
  const directory = join(parent, readdirSync(parent).find((name) => name.startsWith('scenario-')) ?? '');
  return { run, directory, folder };
};

it.each(['ends', 'did not end'])(
  'what a step moves to the directory of a scenario that %s is moved back',
  async (how) => {
    const { run, directory, folder } = await beginScenario();
    const step = runInThisContext('(fs, from, to) => fs.renameSync(from, to)', {
      filename: join(root, 'features/steps/x.ts'),
    }) as (module: typeof fs, from: string, to: string) => void;
    run.run(() => {
      step(fs, join(folder, 'docker'), join(directory, 'docker'));
    });
    if (how === 'ends') {
      expect(await run.end(true)).toEqual([
        expect.stringMatching(/docker, which was renamed to .*It was renamed back/),
      ]);
    } else await run.begin({ ...info, name: 'next' });
    expect(readFileSync(join(folder, 'docker', 'kept'), 'utf8')).toBe('a');
    expect(existsSync(directory)).toBe(false);
  },
);

it('the directory of a scenario is kept if files were moved there that the guard could not move back', async () => {
  const { run, directory, folder } = await beginScenario();
  // Not by a step, so the guard does not know of it.
  fs.renameSync(join(folder, 'docker'), join(directory, 'docker'));
  expect(await run.end(true)).toEqual([expect.stringMatching(/scenario-\w+ was kept: .*docker existed before/)]);
  expect(readFileSync(join(directory, 'docker', 'kept'), 'utf8')).toBe('a');
});
