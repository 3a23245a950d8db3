import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TestClock } from '../../src/testing/test-clock.js';
import type { Subscriber } from '../../src/config/reload/subscribers.js';
import { systemClock, type Clock } from '../../src/clock.js';
import type { Settings } from '../../src/config/schema/schema.js';
import { Metrics } from '../../src/observability/metrics.js';
import { schedule, type Job, type Schedule } from '../../src/jobs/schedule.js';
import { recordLog } from '../support/postgres.js';
import { makeGate } from './mail/gate.js';

const clock = { ...systemClock, monotonicMs: () => performance.now() };

let metrics: Metrics;
let recorded: ReturnType<typeof recordLog>;
let scheduled: Schedule | undefined;
let subscribers: Set<Subscriber>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  metrics = new Metrics();
  recorded = recordLog();
  subscribers = new Set();
});

afterEach(async () => {
  await scheduled?.stop();
  scheduled = undefined;
  vi.useRealTimers();
});

const config = {
  subscribe(subscriber: Subscriber): () => void {
    subscribers.add(subscriber);
    return () => subscribers.delete(subscriber);
  },
};

/** Applies a change of settings. */
const changeSettings = async (): Promise<void> => {
  const settings = {} as Settings;
  for (const subscriber of subscribers) (await subscriber.prepare(settings, settings))?.commit();
};

const start = (job: Partial<Job> & Pick<Job, 'run'>, jobClock: Clock = clock): Schedule => {
  const services = { clock: jobClock, log: recorded.log, metrics, config };
  scheduled = schedule({ name: 'test_job', intervalMs: () => 60_000, ...job }, services);
  return scheduled;
};

const failureCount = async (): Promise<string | undefined> =>
  /^rollcall_job_failures_total\{job="test_job"\} (\d+)$/m.exec(await metrics.expose())?.[1];

describe('schedule', () => {
  it('runs a job at its interval, and at the start only on request', async () => {
    const run = vi.fn(() => Promise.resolve());
    start({ run });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(run).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(2);
    await scheduled?.stop();
    const atStart = vi.fn(() => Promise.resolve());
    start({ run: atStart, runsAtStart: true });
    expect(atStart).toHaveBeenCalledTimes(1);
  });

  it('applies a changed interval to the current wait', async () => {
    let intervalMs = 3_600_000;
    const run = vi.fn(() => Promise.resolve());
    start({ run, intervalMs: () => intervalMs });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(run).not.toHaveBeenCalled();
    intervalMs = 2_000;
    await changeSettings();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(1);
    intervalMs = 3_600_000;
    await changeSettings();
    await vi.advanceTimersByTimeAsync(3_000_000);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(run).toHaveBeenCalledTimes(2);
    await scheduled?.stop();
    expect(subscribers.size).toBe(0);
  });

  it('has one timer, for the next run, and none for a job that only runs when it is woken', async () => {
    const run = vi.fn(() => Promise.resolve());
    const setTimer = vi.spyOn(clock, 'setTimer');
    onTestFinished(() => {
      setTimer.mockRestore();
    });
    start({ run, intervalMs: () => 3_600_000 });
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(setTimer.mock.calls.map(([, ms]) => ms)).toEqual([3_600_000]);
    await scheduled?.stop();
    start({ run, intervalMs: () => Infinity });
    expect(vi.getTimerCount()).toBe(0);
    expect(setTimer).toHaveBeenCalledTimes(1);
  });

  it('runs a job when the clock is moved to its next run', async () => {
    const run = vi.fn(() => Promise.resolve());
    const moved = new TestClock();
    start({ run, intervalMs: () => 3_600_000 }, moved);
    moved.advance(3_599_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(run).not.toHaveBeenCalled();
    moved.advance(1_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('never runs a job twice at the same time; a job that is woken while it runs runs again afterwards', async () => {
    const gates = [makeGate(), makeGate()];
    let [active, most, runs] = [0, 0, 0];
    const job = start({
      intervalMs: () => 1_000,
      runsAtStart: true,
      async run() {
        active += 1;
        most = Math.max(most, active);
        await gates[runs++]?.promise;
        active -= 1;
      },
    });
    job.wake();
    job.wake();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
    gates[0]?.open();
    await vi.advanceTimersByTimeAsync(0);
    expect([runs, active, most]).toEqual([2, 1, 1]);
    gates[1]?.open();
  });

  it('logs and counts a failed run, and runs again at the next interval', async () => {
    const run = vi.fn(() => Promise.resolve()).mockRejectedValueOnce(new Error('disk on fire'));
    start({ run, runsAtStart: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(recorded.lines).toMatchObject([{ event: 'job.failed', job: 'test_job', err: { message: 'disk on fire' } }]);
    expect(await failureCount()).toBe('1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(2);
    expect(await failureCount()).toBe('1');
  });

  it('waits for retryMs after failures, and reports the recovery once', async () => {
    const failures: number[] = [];
    const onRecovery = vi.fn();
    const run = vi.fn(() => (run.mock.calls.length <= 3 ? Promise.reject(new Error('down')) : Promise.resolve()));
    start({
      run,
      runsAtStart: true,
      intervalMs: () => Infinity,
      retryMs: (count) => count * 1_000,
      onFailure: (_error, count) => failures.push(count),
      onRecovery,
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(failures).toEqual([1, 2, 3]);
    expect(onRecovery).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(run).toHaveBeenCalledTimes(4);
    expect(onRecovery.mock.calls).toEqual([[6_000]]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(run).toHaveBeenCalledTimes(4);
    expect(await failureCount()).toBe('3');
  });

  it('aborts the signal and waits for the current run when it stops, and does not run again', async () => {
    const gate = makeGate();
    let signal: AbortSignal | undefined;
    const job = start({
      runsAtStart: true,
      async run(given) {
        signal = given;
        await gate.promise;
      },
    });
    const stopped = vi.fn();
    const stopping = job.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(signal?.aborted).toBe(true);
    expect(stopped).not.toHaveBeenCalled();
    job.wake();
    gate.open();
    await stopping;
    signal = undefined;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(signal).toBeUndefined();
  });
});
