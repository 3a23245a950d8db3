import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/observability/logger.js';
import { HttpListener } from '../../src/server/listeners/http-listener.js';
import { Shutdown } from '../../src/server/shutdown.js';

const log = createLogger('silent', { write: () => undefined });

describe('the end of the process', () => {
  let closed: string[];
  let shutdown: Shutdown;
  const lifecycle = { startedAtMs: 0, stopping: false };

  const step = (name: string): (() => void) => {
    return () => {
      closed.push(name);
    };
  };

  beforeEach(() => {
    vi.useFakeTimers();
    closed = [];
    lifecycle.stopping = false;
    shutdown = new Shutdown({ log, lifecycle, timeoutMs: () => 10_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('closes what a start opens after the stop has begun, and waits for that start', async () => {
    let open!: () => void;
    const start = new Promise<void>((resolve) => (open = resolve)).then(() => {
      shutdown.add('loops', 'late', step('late'));
    });
    shutdown.waitFor(start);
    shutdown.add('stores', 'early', step('early'));
    shutdown.begin('a signal');
    const finished = vi.fn();
    void shutdown.finished.then(finished);
    await vi.advanceTimersByTimeAsync(100);
    expect([closed, finished.mock.calls]).toEqual([['early'], []]);
    open();
    expect(await shutdown.finished).toBe(true);
    expect(closed).toEqual(['early', 'late']);
  });

  it('ends in order although what was opened late cannot be closed', async () => {
    shutdown.waitFor(
      Promise.resolve().then(() => {
        shutdown.add('loops', 'late', () => Promise.reject(new Error('the pool is gone')));
      }),
    );
    shutdown.begin('a signal');
    expect(await shutdown.finished).toBe(true);
  });

  it('drains first and only then closes; the deadline begins after the drain', async () => {
    shutdown.drainFor(() => 8000);
    shutdown.add('listeners', 'public', () => new Promise(() => undefined));
    shutdown.add('listeners', 'metrics', step('metrics'));
    shutdown.begin('a signal');
    expect(lifecycle.stopping).toBe(true);
    await vi.advanceTimersByTimeAsync(7999);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual(['metrics']);
    const finished = vi.fn();
    void shutdown.finished.then(finished);
    await vi.advanceTimersByTimeAsync(9999);
    expect(finished).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(finished).toHaveBeenCalledWith(false);
  });

  it('has nothing to drain before requests are sent to it', async () => {
    shutdown.add('stores', 'database', step('database'));
    shutdown.begin('a signal');
    expect(await shutdown.finished).toBe(true);
    expect(closed).toEqual(['database']);
  });

  it('ends the drain at once on a second signal', async () => {
    shutdown.drainFor(() => 60_000);
    shutdown.begin('a signal');
    shutdown.begin('another');
    expect(await shutdown.finished).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a listener that was closed', () => {
  it('does not listen any more', async () => {
    const listener = new HttpListener(() => undefined);
    await listener.close();
    await expect(listener.listen('127.0.0.1', 0)).rejects.toThrow('closed before it listened');
    expect(listener.isListening).toBe(false);
  });
});
