import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ScenarioProcess } from '../../../scripts/features/scenario-process.js';

it('a process in which no step begins or ends any more is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-stalled-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const script = join(directory, 'endless.cjs');
  writeFileSync(script, `process.send({ type: 'started', facts: {} }, () => { for (;;); });`);
  const scenarios = new ScenarioProcess([], directory, { timeoutMs: 50, script });
  expect(await scenarios.outcome()).toMatchObject({ stalledMs: 50, end: 'signal SIGKILL' });
  await scenarios.close();
});
