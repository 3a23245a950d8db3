import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import type { ConfigIssueCode } from '../../../src/config/issue.js';
import { RetrySchedule } from '../../../src/config/reload/retry-schedule.js';
import type { ReloadResult } from '../../../src/config/types.js';
import { waitUntil } from '../../support/wait-until.js';
import { openConfig, reloads } from '../support.js';
import { whenSnapshot } from '../when-snapshot.js';

const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;

/** A watched configuration with a subscriber whose server is down, and a clock that the test advances. */
const openAway = async () => {
  const time = { ms: 0 };
  const server = { isAway: true };
  const clock = { now: () => new Date(0), monotonicMs: () => time.ms, setTimer: systemClock.setTimer };
  const open = openConfig({}, { clock, times: { pollMs: 5, quietMs: 0 } });
  open.config.subscribe({
    name: 'mail transport',
    prepare: () => (server.isAway ? Promise.reject(new Error('ECONNREFUSED')) : undefined),
  });
  await open.config.watch();
  const waitForRejections = async (count: number): Promise<void> => {
    await waitUntil(`rejection ${String(count)}`, async () => (await open.metric(reloads('refused'))) === count);
    // Runs after the rejected reload has ended.
    await open.config.syncRevisions();
  };
  const points = (): number => open.config.current.rateLimit.login.points;
  const errors = () => open.lines.filter(({ level }) => level === 'error');
  return { ...open, time, server, waitForRejections, points, errors };
};

describe('files that a subscriber could not apply', () => {
  it('are retried at increasing intervals, and active once the cause is gone', async () => {
    const { config, write, time, server, waitForRejections, points, errors } = await openAway();
    write('local.yaml', login(7));
    await waitForRejections(1);
    time.ms += 2000;
    await waitForRejections(2);
    time.ms += 4000;
    await waitForRejections(3);
    server.isAway = false;
    time.ms += 8000;
    await whenSnapshot(config, 2, 5000);
    expect(points()).toBe(7);
    expect(config.status.lastError).toBeNull();
    expect(errors()).toHaveLength(1);
  });

  it('are replaced by other files at once', async () => {
    const { config, write, server, waitForRejections, points } = await openAway();
    write('local.yaml', login(7));
    await waitForRejections(1);
    server.isAway = false;
    write('local.yaml', login(8));
    await whenSnapshot(config, 2, 5000);
    expect(points()).toBe(8);
  });
});

describe('a retry', () => {
  const ended = (code?: ConfigIssueCode): ReloadResult => ({
    ...{
      outcome: code === undefined ? 'applied' : 'refused',
      revision: 1,
      changed: [],
      shadowedByOverride: [],
      pendingRestart: [],
      noEffect: [],
    },
    errors: code === undefined ? [] : [{ key: null, file: null, code, message: 'no' }],
  });

  it('is due after 2, 4, 8, 10 and 10 seconds, and after 2 for other files', () => {
    const retry = new RetrySchedule();
    const waits = ['a', 'a', 'a', 'a', 'a', 'b'].map((digest) => {
      retry.begun();
      expect(retry.isDue(1e9)).toBe(false);
      retry.ended(ended('subscriber_failed'), digest, 0);
      return [1999, 2000, 3999, 4000, 7999, 8000, 9999, 10_000].find((ms) => retry.isDue(ms));
    });
    expect(waits).toEqual([2000, 4000, 8000, 10_000, 10_000, 2000]);
  });

  it.each<[string, ConfigIssueCode | undefined]>([
    ['a change that is active', undefined],
    ['files that are invalid', 'unknown_key'],
  ])('is never due for %s', (_what, code) => {
    const retry = new RetrySchedule();
    retry.ended(ended('subscriber_failed'), 'a', 0);
    retry.ended(ended(code), 'a', 0);
    expect(retry.isDue(1e9)).toBe(false);
  });
});
