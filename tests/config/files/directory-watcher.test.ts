import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { DirectoryWatcher, type WatchTrigger } from '../../../src/config/files/directory-watcher.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeFolder, makeLog } from '../support.js';

const farAway = 1_000_000;

/** A watcher that records its notifications. */
const makeWatcher = (directory: string, { pollMs = farAway } = {}) => {
  const triggers: WatchTrigger[] = [];
  const watcher = new DirectoryWatcher({
    directory,
    clock: systemClock,
    log: makeLog().log,
    times: { pollMs, retryMs: 0 },
    notice: (trigger) => triggers.push(trigger),
  });
  onTestFinished(() => watcher.close());
  return { watcher, triggers };
};

const makeWatched = (): string => {
  const directory = join(makeFolder(), 'config');
  mkdirSync(directory);
  return directory;
};

/** Waits for several events, one per round of writes: a watch that is ending may still report fewer. */
const untilEvents = async (directory: string, triggers: WatchTrigger[]): Promise<void> => {
  for (let round = 0; round < 5; round += 1) {
    triggers.length = 0;
    await waitUntil('an event', () => {
      writeFileSync(join(directory, 'file'), 'x');
      return triggers.includes('watch');
    });
  }
};

describe('a directory watcher', () => {
  it('reports what changed before it was ready', async () => {
    const { watcher, triggers } = makeWatcher(makeWatched());
    await watcher.start();
    expect(triggers).toEqual(['poll']);
  });

  it('polls if events are missing', async () => {
    const { watcher, triggers } = makeWatcher(makeWatched(), { pollMs: 5 });
    await watcher.start();
    await waitUntil('several reports', () => triggers.length > 2);
    expect(new Set(triggers)).toEqual(new Set(['poll']));
  });

  it('receives events of a directory behind a symlink', async () => {
    const directory = makeWatched();
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    const { watcher, triggers } = makeWatcher(link);
    await watcher.start();
    await untilEvents(directory, triggers);
  });

  it('receives events again after the directory was removed and created again', async () => {
    const directory = makeWatched();
    const { watcher, triggers } = makeWatcher(directory, { pollMs: 5 });
    await watcher.start();
    await untilEvents(directory, triggers);
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    await untilEvents(directory, triggers);
  });

  it('receives events of a directory that replaced it', async () => {
    const directory = makeWatched();
    const { watcher, triggers } = makeWatcher(directory, { pollMs: 5 });
    await watcher.start();
    mkdirSync(`${directory}-next`);
    renameSync(directory, `${directory}-old`);
    renameSync(`${directory}-next`, directory);
    await untilEvents(directory, triggers);
  });

  it('can start before the directory exists', async () => {
    const directory = join(makeFolder(), 'later');
    const { watcher, triggers } = makeWatcher(directory, { pollMs: 5 });
    await watcher.start();
    mkdirSync(directory);
    await untilEvents(directory, triggers);
  });

  it('ends a start in progress when it is closed', async () => {
    const { watcher, triggers } = makeWatcher(makeWatched());
    const started = watcher.start();
    await watcher.close();
    await started;
    expect(triggers).toEqual([]);
  });
});
