import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StrayErrors } from '../../features/support/guards/stray-errors.js';

describe('an exception that was passed to Cucumber', () => {
  it.each([
    [true, [expect.stringMatching(/^uncaught exception: Error: thrown/)]],
    [false, []],
  ])('is a problem of the scenario only if its steps have passed: %s', async (passed, problems) => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const received: Error[] = [];
    process.on('uncaughtException', (error) => received.push(error));
    const errors = new StrayErrors();
    errors.install();
    try {
      errors.begin('first');
      errors.run(() => {
        setImmediate(() => {
          throw new Error('thrown');
        });
      });
      await pause(0);
      expect(await errors.end(passed)).toEqual(problems);
      expect(received).toHaveLength(1);
    } finally {
      errors.uninstall();
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});
