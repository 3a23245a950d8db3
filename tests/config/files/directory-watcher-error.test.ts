import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { DirectoryWatcher } from '../../../src/config/files/directory-watcher.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeFolder, makeLog } from '../support.js';

/** The calls of chokidar's `watch`. */
const { opened } = vi.hoisted(() => ({ opened: [] as (EventEmitter & { isClosed: boolean })[] }));

vi.mock('chokidar', () => ({
  watch: () => {
    const emitter = Object.assign(new EventEmitter(), {
      isClosed: false,
      close: () => {
        emitter.isClosed = true;
        return Promise.resolve();
      },
    });
    opened.push(emitter);
    return emitter;
  },
}));

describe('a directory that cannot be watched', () => {
  it('is polled, with one warning, and tried again later', async () => {
    const { log, lines } = makeLog();
    const clock = { ms: 0, now: () => new Date(0), monotonicMs: () => clock.ms, setTimer: systemClock.setTimer };
    let looks = 0;
    const watcher = new DirectoryWatcher({
      directory: makeFolder(),
      clock,
      log,
      times: { pollMs: 2, retryMs: 1000 },
      notice: () => {
        looks += 1;
      },
    });
    onTestFinished(() => watcher.close());
    const started = watcher.start();
    opened[0]?.emit('error', Object.assign(new Error('too many watches'), { code: 'ENOSPC' }));
    await started;
    expect(opened[0]?.isClosed).toBe(true);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: expect.stringContaining('cannot watch the configuration directory') as string,
      }),
    ]);

    looks = 0;
    await waitUntil('a few looks', () => looks > 3);
    expect(opened).toHaveLength(1);

    clock.ms = 1000;
    await waitUntil('another try', () => opened.length === 2);
    opened[0]?.emit('raw');
    opened[1]?.emit('ready');
    expect(lines).toHaveLength(1);
  });
});
