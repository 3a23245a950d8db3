import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PreparedChange } from '../../../src/config/reload/subscribers.js';
import { captureError } from '../../support/capture-error.js';
import { makeGate, openConfig, reloads } from '../support.js';
import { whenSnapshot } from '../when-snapshot.js';

const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;

describe('concurrent reloads', () => {
  it('run one at a time, and queued ones share one', async () => {
    const { config, write, metric } = openConfig();
    const gate = makeGate();
    const started = makeGate();
    let preparing = 0;
    let most = 0;
    config.subscribe({
      name: 'slow one',
      prepare: async () => {
        preparing += 1;
        most = Math.max(most, preparing);
        started.open();
        await gate.promise;
        preparing -= 1;
        return undefined;
      },
    });
    write('local.yaml', login(7));
    const first = config.reload('admin');
    await started.promise;
    write('local.yaml', login(8));
    const queued = Array.from({ length: 20 }, () => config.reload('admin'));
    gate.open();
    expect(await first).toMatchObject({ outcome: 'applied', revision: null });
    for (const result of await Promise.all(queued)) {
      expect(result).toMatchObject({ outcome: 'applied', revision: null });
    }
    expect(config.current.rateLimit.login.points).toBe(8);
    expect([most, await metric(reloads('applied'))]).toEqual([1, 2]);
    expect(await config.reload('admin')).toMatchObject({ outcome: 'unchanged', revision: null });
  });

  it('are rejected after close, and the one in progress ends first', async () => {
    const { config, write } = openConfig();
    const gate = makeGate();
    const ended: string[] = [];
    config.subscribe({ name: 'slow one', prepare: () => gate.promise.then(() => undefined) });
    write('local.yaml', login(7));
    const reload = config.reload('admin').then(() => ended.push('reload'));
    const close = config.close().then(() => ended.push('close'));
    gate.open();
    await Promise.all([reload, close]);
    expect(ended).toEqual(['reload', 'close']);
    expect(await captureError(config.reload('admin'))).toMatchObject({ message: 'the configuration is closed' });
    expect(config.current.rateLimit.login.points).toBe(7);
  });
});

describe('subscribers', () => {
  /** A subscriber that records its calls. */
  const recorder = (name: string, calls: string[], change: Partial<PreparedChange> = {}) => ({
    name,
    prepare: async (): Promise<PreparedChange> => {
      calls.push(`${name} prepares`);
      return {
        commit: () => {
          calls.push(`${name} commits`);
          change.commit?.();
        },
        undo: () => {
          calls.push(`${name} undoes`);
          return change.undo?.();
        },
      };
    },
  });

  it('prepare with the old and new settings, and commit after the swap', async () => {
    const { config, write } = openConfig();
    const seen: number[] = [];
    const leave = config.subscribe({
      name: 'reader',
      prepare: async (next, previous) => {
        seen.push(previous.rateLimit.login.points, next.rateLimit.login.points, config.current.rateLimit.login.points);
        return { commit: () => seen.push(config.current.rateLimit.login.points), undo: () => undefined };
      },
    });
    write('local.yaml', login(7));
    await config.reload('admin');
    expect(seen).toEqual([60, 7, 60, 7]);
    leave();
    write('local.yaml', login(8));
    await config.reload('admin');
    expect(seen).toHaveLength(4);
  });

  it('are all undone when one cannot prepare, and nothing changes', async () => {
    const { config, write, lines, metric } = openConfig();
    const calls: string[] = [];
    config.subscribe(recorder('one', calls));
    config.subscribe({ name: 'database pool', prepare: () => Promise.reject(new Error('no route to host')) });
    config.subscribe(recorder('two', calls));
    const before = config.current;
    write('local.yaml', login(7));
    const result = await config.reload('admin');
    expect(result).toMatchObject({
      outcome: 'refused',
      revision: null,
      errors: [{ code: 'subscriber_failed', message: 'could not switch database pool: no route to host' }],
    });
    expect(calls).toEqual(['one prepares', 'two prepares', 'two undoes', 'one undoes']);
    expect(config.current).toBe(before);
    expect(config.status.lastError?.errors).toEqual(result.errors);
    expect(lines.at(-1)).toMatchObject({ level: 'error', revision: null });
    expect(await metric(/^rollcall_config_last_reload_successful (\d)$/m)).toBe(0);
  });

  it('are undone when one throws at once', async () => {
    const { config, write } = openConfig();
    config.subscribe({
      name: 'hasty one',
      prepare: () => {
        throw new Error('no');
      },
    });
    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'refused' });
  });

  it('are all undone when a commit throws, and the old settings return', async () => {
    const { config, write } = openConfig();
    const calls: string[] = [];
    const broken = () => {
      throw new Error('broken');
    };
    config.subscribe(recorder('one', calls));
    config.subscribe(recorder('two', calls, { commit: broken }));
    config.subscribe(recorder('three', calls));
    const before = config.current;
    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'refused', errors: [{ code: 'subscriber_failed' }] });
    expect(calls.slice(3)).toEqual(['one commits', 'two commits', 'three undoes', 'two undoes', 'one undoes']);
    expect(config.current).toBe(before);
  });

  it('are all undone even if an undo fails', async () => {
    const { config, write, lines } = openConfig();
    const calls: string[] = [];
    config.subscribe(recorder('one', calls));
    config.subscribe(recorder('two', calls, { undo: () => Promise.reject(new Error('stuck')) }));
    config.subscribe({ name: 'three', prepare: () => Promise.reject(new Error('no')) });
    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'refused' });
    expect(calls.slice(2)).toEqual(['two undoes', 'one undoes']);
    expect(lines.map(({ msg }) => msg)).toContain('could not revert a rejected configuration change');
  });

  it('have two seconds by default', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { config, write } = openConfig();
    config.subscribe({ name: 'silent one', prepare: () => new Promise(() => undefined) });
    write('local.yaml', login(7));
    const reload = config.reload('admin');
    await vi.advanceTimersByTimeAsync(2000);
    expect(await reload).toMatchObject({
      errors: [{ message: 'could not switch silent one: no response within 2000 ms' }],
    });
  });

  it('cannot block a reload; a late result is undone', async () => {
    const { config, write } = openConfig({}, { times: { prepareDeadlineMs: 20 } });
    const gate = makeGate();
    const calls: string[] = [];
    const late = recorder('late one', calls);
    const undone = makeGate();
    config.subscribe({
      name: 'late one',
      prepare: async () => {
        const change = await late.prepare();
        await gate.promise;
        return { ...change, undo: () => undone.open() };
      },
    });
    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({
      outcome: 'refused',
      errors: [{ message: 'could not switch late one: no response within 20 ms' }],
    });
    gate.open();
    await undone.promise;
    expect(calls).toEqual(['late one prepares']);
  });
});

describe('waiting for a change', () => {
  it('ends at once if it is active, and otherwise when it becomes active', async () => {
    const { config, write } = openConfig();
    await whenSnapshot(config, 1, 1);
    const later = whenSnapshot(config, 2, 5000);
    write('local.yaml', login(7));
    await config.reload('admin');
    await later;
  });

  it('fails with the error of the files', async () => {
    const { config, write } = openConfig();
    write('local.yaml', 'nonsense: 1');
    await config.reload('admin');
    expect(await captureError(whenSnapshot(config, 2, 5))).toMatchObject({
      message: expect.stringContaining('local.yaml:1:1: nonsense: unknown key') as string,
    });
    await config.close();
    expect(await captureError(config.reload('admin'))).toMatchObject({ message: 'the configuration is closed' });
  });
});
