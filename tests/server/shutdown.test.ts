import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/observability/logger.js';
import { HttpListener } from '../../src/server/listeners/http-listener.js';
import { Shutdown } from '../../src/server/shutdown.js';

const log = createLogger('silent', { write: () => undefined });

describe('Shutdown', () => {
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

  it('closes components that startup opens after the shutdown has begun, and waits for startup to end', async () => {
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

  it('completes cleanly if a component that was opened late fails to close', async () => {
    shutdown.waitFor(
      Promise.resolve().then(() => {
        shutdown.add('loops', 'late', () => Promise.reject(new Error('the pool is gone')));
      }),
    );
    shutdown.begin('a signal');
    expect(await shutdown.finished).toBe(true);
  });

  it('drains before it closes components, and starts the timeout after the drain', async () => {
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

  it('does not drain before the service is ready', async () => {
    shutdown.add('stores', 'database', step('database'));
    shutdown.begin('a signal');
    expect(await shutdown.finished).toBe(true);
    expect(closed).toEqual(['database']);
  });

  it('ends the drain immediately on a second signal', async () => {
    shutdown.drainFor(() => 60_000);
    shutdown.begin('a signal');
    shutdown.begin('another');
    expect(await shutdown.finished).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a closed listener', () => {
  it('cannot listen again', async () => {
    const listener = new HttpListener(() => undefined);
    await listener.close();
    await expect(listener.listen('127.0.0.1', 0)).rejects.toThrow('closed before it listened');
    expect(listener.isListening).toBe(false);
  });
});
