import { runInThisContext } from 'node:vm';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ExitGuard } from '../../features/support/guards/calls/exit-guard.js';
import { root } from './support.js';

it('only Cucumber can end the process', () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const guard = new ExitGuard(root);
  guard.install();
  onTestFinished(() => {
    guard.uninstall();
    exit.mockRestore();
  });
  const caller = (file: string): (() => void) =>
    runInThisContext('() => process.exit(1)', { filename: `${root}${file}` }) as () => void;
  expect(caller('features/steps/x.ts')).toThrow(/a step called process\.exit\(1\) at features\/steps\/x\.ts:1/);
  expect(exit).not.toHaveBeenCalled();
  caller('node_modules/@cucumber/cucumber/lib/runtime/parallel/run_worker.js')();
  expect(exit).toHaveBeenCalledWith(1);
});
