import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import inspector from 'node:inspector';
import { PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subscriptions } from '../../features/support/guards/state/subscriptions.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('subscriptions', () => {
  const subscriptions = new Subscriptions(root);
  beforeEach(() => {
    subscriptions.install();
    subscriptions.begin();
  });
  afterEach(() => {
    subscriptions.uninstall();
  });
  const leaks = (): string[] => subscriptions.restore().map(({ what }) => what);

  it('to diagnostics channels are ended and named with the place', () => {
    let calls = 0;
    const count = (): void => void (calls += 1);
    subscribe('test:one', count);
    subscribe('test:two', count);
    channel('test:two').bindStore(new AsyncLocalStorage(), count);
    const found = subscriptions.restore();
    expect(found.map(({ what }) => what)).toEqual([
      'a subscriber of the diagnostics channel "test:one"',
      'a subscriber of the diagnostics channel "test:two"',
      'a store that is bound to the diagnostics channel "test:two"',
    ]);
    expect(found[0]?.where).toMatch(/^tests\/features\/subscriptions\.test\.ts:\d+$/);
    for (const name of ['test:one', 'test:two']) channel(name).publish({});
    expect(calls).toBe(0);
  });

  it('that have ended are no leak', () => {
    const subscriber = (): void => undefined;
    subscribe('test:three', subscriber);
    unsubscribe('test:three', subscriber);
    createHook({ init: subscriber }).enable().disable();
    expect(leaks()).toEqual([]);
  });

  it('include hooks of async_hooks and observers of performance', () => {
    let calls = 0;
    createHook({ init: () => void (calls += 1) }).enable();
    new PerformanceObserver(() => undefined).observe({ entryTypes: ['mark'] });
    expect(leaks()).toEqual(['an enabled hook of async_hooks', 'an observer of performance entries']);
    const before = calls;
    void Promise.resolve().then(() => undefined);
    expect(calls).toBe(before);
  });

  it('include data for worker threads', () => {
    setEnvironmentData('leaked', 1);
    setEnvironmentData('removed', 1);
    setEnvironmentData('removed', undefined);
    expect(leaks()).toEqual([`environment data of worker threads, 'leaked'`]);
    expect(getEnvironmentData('leaked')).toBeUndefined();
  });

  it('include an open inspector, which is closed', () => {
    inspector.open(0, '127.0.0.1');
    expect(leaks()).toEqual([expect.stringMatching(/^an open inspector, ws:\/\/127\.0\.0\.1:\d+/)]);
    expect(inspector.url()).toBeUndefined();
    inspector.open(0, '127.0.0.1');
    inspector.close();
    expect(leaks()).toEqual([]);
  });
});
