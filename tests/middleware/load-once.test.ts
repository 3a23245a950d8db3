import { describe, expect, it, vi } from 'vitest';
import { LoadOnce } from '../../src/middleware/load-once.js';

describe('LoadOnce', () => {
  it('loads a value once, also for requests at the same time', async () => {
    const load = vi.fn(() => Promise.resolve(1));
    const once = new LoadOnce<number>();
    expect(await Promise.all([once.get('a', load), once.get('a', load)])).toEqual([1, 1]);
    expect(await once.get('a', load)).toBe(1);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('tries again after a load that failed', async () => {
    const once = new LoadOnce<number>();
    await expect(once.get('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
    expect(await once.get('a', () => Promise.resolve(2))).toBe(2);
  });
});
