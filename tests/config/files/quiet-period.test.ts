import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import type { WatchTrigger } from '../../../src/config/files/directory-watcher.js';
import type { DiskState } from '../../../src/config/files/disk-state.js';
import { QuietPeriod } from '../../../src/config/files/file-watch.js';
import { waitUntil } from '../../support/wait-until.js';
import { openConfig, reloads } from '../support.js';

const snapshotOf = (digest: string): DiskState => ({
  layers: new Map(),
  templates: new Map(),
  mounts: new Map(),
  digest,
  isStable: true,
});

/** A quiet period with content and a clock that a test sets; timers use the real clock. */
const makePeriod = ({ quietMs = 100, timeoutMs = 1000 } = {}) => {
  const state = { content: 'first', loaded: 'first', ms: 0 };
  const triggers: WatchTrigger[] = [];
  const period = new QuietPeriod(
    {
      clock: { now: () => new Date(0), monotonicMs: () => state.ms, setTimer: systemClock.setTimer },
      times: { quietMs, timeoutMs },
      read: () => snapshotOf(state.content),
      isNews: ({ digest }) => digest !== state.loaded,
      onChange: (trigger) => triggers.push(trigger),
    },
    snapshotOf('first'),
  );
  onTestFinished(() => {
    period.close();
  });
  return { period, state, triggers };
};

const isPending = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending');
  return (await Promise.race([promise, pause(10, pending)])) === pending;
};

describe('a disk state', () => {
  it('is returned at once if nothing has changed since the start', async () => {
    const { period } = makePeriod();
    expect(await period.settled()).toMatchObject({ digest: 'first', isStable: true });
  });

  it('is returned after it has stayed the same for the whole period', async () => {
    const { period, state } = makePeriod();
    state.content = 'second';
    const settled = period.settled();
    expect(await isPending(settled)).toBe(true);
    state.ms = 60;
    state.content = 'third';
    await pause(120);
    state.ms = 159;
    expect(await isPending(settled)).toBe(true);
    state.ms = 161;
    expect(await settled).toMatchObject({ digest: 'third', isStable: true });
  });

  it('that an event noticed earlier does not wait again', async () => {
    const { period, state } = makePeriod();
    state.content = 'second';
    period.notice('watch');
    state.ms = 100;
    expect(await period.settled()).toMatchObject({ digest: 'second' });
  });

  it('is unstable if the content keeps changing for longer than patienceMs', async () => {
    const { period, state } = makePeriod({ quietMs: 20, timeoutMs: 50 });
    state.content = 'a';
    const settled = period.settled();
    for (let index = 1; index <= 60; index += 1) {
      state.ms = index;
      state.content = `a${String(index)}`;
      period.notice('watch');
    }
    expect(await settled).toMatchObject({ isStable: false });
  });

  it('is returned as unstable when the period is closed', async () => {
    const { period, state } = makePeriod();
    state.content = 'second';
    const settled = period.settled();
    period.close();
    expect(await settled).toMatchObject({ isStable: false });
  });
});

describe('a change', () => {
  it('is reported once, after the period', async () => {
    const { period, state, triggers } = makePeriod({ quietMs: 5 });
    state.content = 'second';
    period.notice('watch');
    period.notice('poll');
    state.ms = 10;
    await waitUntil('the report', () => triggers.length > 0);
    expect(triggers).toEqual(['watch']);
  });

  it('that is reverted is not reported', async () => {
    const { period, state, triggers } = makePeriod({ quietMs: 5 });
    state.content = 'second';
    period.notice('watch');
    state.content = 'first';
    state.ms = 10;
    await pause(20);
    expect(triggers).toEqual([]);
  });

  it('is not delayed by events without a change of the content', async () => {
    const { period, state, triggers } = makePeriod({ quietMs: 50 });
    state.content = 'second';
    period.notice('watch');
    state.ms = 49;
    period.notice('watch');
    state.ms = 50;
    await waitUntil('the report', () => triggers.length > 0);
    expect(triggers).toEqual(['watch']);
  });
});

describe('a file that is written in two steps', () => {
  const half = 'rateLimit: {login: {points: 8}}\n';
  const whole = 'rateLimit: {login: {points: 8}, register: {points: 8}}\n';

  it.each([
    ['alone', () => undefined],
    ['after a template', (write: (name: string) => void) => write('templates/email_verification.subject')],
    ['after a file that is none of the configuration', (write: (name: string) => void) => write('notes.txt')],
    ['after another layer', (write: (name: string) => void) => write('test.yaml')],
  ])('is never applied partially: %s', async (_what, disturb) => {
    const time = { ms: 0 };
    const clock = { now: () => new Date(0), monotonicMs: () => time.ms, setTimer: systemClock.setTimer };
    const open = openConfig({ 'test.yaml': '{}' }, { clock, times: { quietMs: 40, pollMs: 5 } });
    mkdirSync(open.path('templates'));
    await open.config.watch();
    const applied: string[] = [];
    open.config.subscribe({
      name: 'recorder',
      prepare: ({ rateLimit: { login, register } }) => {
        applied.push(`${String(login.points)}/${String(register.points)}`);
        return undefined;
      },
    });
    /** Advances the clock, and gives polls and timers time to run. */
    const moveTo = async (ms: number): Promise<void> => {
      time.ms = ms;
      await pause(80);
    };
    disturb((name) => open.write(name, name.endsWith('.yaml') ? 'docs: {enabled: false}\n' : 'Hello\n'));
    // The period of the first change is nearly over when the incomplete file is written.
    await moveTo(34);
    open.write('local.yaml', half);
    await moveTo(44);
    open.write('local.yaml', whole);
    await moveTo(83);
    expect(applied).toEqual([]);
    await waitUntil('it is applied', () => {
      time.ms += 10;
      return open.config.current.rateLimit.register.points === 8;
    });
    expect(applied).toEqual(['8/8']);
    expect(await open.metric(reloads('refused'))).toBe(0);
  });

  it('is not read partially by a requested reload', async () => {
    const { config, write } = openConfig({}, { times: { quietMs: 400 } });
    write('local.yaml', half);
    const reload = config.reload('admin');
    await pause(100);
    write('local.yaml', whole);
    expect(await reload).toMatchObject({ outcome: 'applied' });
    const { login, register } = config.current.rateLimit;
    expect([login.points, register.points]).toEqual([8, 8]);
  });

  it('is rejected as unstable while it keeps being written, and applied afterwards', async () => {
    const { config, write } = openConfig({}, { times: { quietMs: 60, timeoutMs: 150 } });
    await config.watch();
    let points = 100;
    const writer = setInterval(() => {
      points += 1;
      write('local.yaml', `rateLimit: {login: {points: ${String(points)}}}\n`);
    }, 5);
    await waitUntil('the error', () => config.status.lastError?.errors[0]?.code === 'unstable');
    expect(config.current.rateLimit.login.points).toBe(60);
    clearInterval(writer);
    await waitUntil('it is applied', () => config.current.rateLimit.login.points === points);
    expect(config.status.lastError).toBeNull();
  });
});
