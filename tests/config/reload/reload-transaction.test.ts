import { describe, expect, it, vi } from 'vitest';
import { transact, type TransactionParts } from '../../../src/config/reload/reload-transaction.js';
import { firstSnapshot } from '../../../src/config/reload/config-snapshot.js';
import type { Loaded } from '../../../src/config/reload/load.js';
import { caught } from '../../support/caught.js';
import { openConfig } from '../support.js';

/** Parts of a transaction from one content to another, with a claim whose end can be seen. */
const makeParts = (parts: Partial<TransactionParts>) => {
  const values = new Map(
    openConfig()
      .config.explain()
      .map(({ key, value }) => [key, value]),
  );
  const loaded = (hash: string): Loaded => ({
    values,
    sources: new Map(),
    stated: new Map(),
    layers: [],
    files: [],
    pinned: [],
    mounted: [],
    missingSecrets: [],
    positions: new Map(),
    hash,
  });
  const claim = { revision: 2, keep: vi.fn(), discard: vi.fn(), settled: vi.fn() };
  const all: TransactionParts = {
    disk: { layers: new Map(), templates: new Map(), mounts: new Map(), digest: '', isStable: true },
    previous: { ...firstSnapshot(loaded('before')) },
    load: () => ({ ok: true, loaded: loaded('after') }),
    claim: () => Promise.resolve(claim),
    swap: vi.fn(),
    restore: vi.fn(),
    subscribers: [],
    prepareDeadlineMs: 1000,
    onUndoError: vi.fn(),
    ...parts,
  };
  return { parts: all, claim };
};

describe('a claimed revision number', () => {
  it('is released when the swap throws', async () => {
    const restore = vi.fn();
    const undo = vi.fn();
    const { parts, claim } = makeParts({
      swap: () => {
        throw new Error('broken');
      },
      restore,
      subscribers: [{ name: 'pool', prepare: () => ({ commit: vi.fn(), undo }) }],
    });
    expect(await caught(transact(parts))).toMatchObject({ message: 'broken' });
    expect(claim.discard).toHaveBeenCalledOnce();
    expect(claim.keep).not.toHaveBeenCalled();
    expect([restore.mock.calls, undo.mock.calls.length]).toEqual([[[false]], 1]);
  });

  it('is released when it cannot be kept', async () => {
    const { parts, claim } = makeParts({});
    claim.keep.mockRejectedValue(new Error('the connection is lost'));
    expect(await caught(transact(parts))).toMatchObject({ message: 'the connection is lost' });
    expect(claim.discard).toHaveBeenCalledOnce();
  });
});
