import { describe, expect, it } from 'vitest';
import { databaseTimeoutMs } from '../../src/config/overrides/deadline-timer.js';
import { storeTimeoutMs } from '../../src/config/revisions/revision-repository.js';
import {
  dueChange,
  nextDeadline,
  noOverrides,
  revertPending,
  settle,
  settleRequested,
  withChange,
  withoutOverrides,
  type OverrideChange,
  type OverrideState,
} from '../../src/config/override-state.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

const change = (changes: Record<string, unknown>, options: Partial<OverrideChange> = {}): OverrideChange => ({
  ...{ changes, reason: null, confirmWithinMs: null, expiresInMs: null, maxErrorRatio: null },
  ...options,
});

/** A state after some changes, one second apart, as revisions 1, 2, … */
const after = (...changes: OverrideChange[]): OverrideState =>
  changes.reduce(
    (state, each, index) =>
      withChange(state, each, { now: at(index), revision: index + 1, actorId: null, fileValues: new Map([['a', 1]]) }),
    noOverrides,
  );

const valuesOf = ({ overrides }: OverrideState): Record<string, unknown> =>
  Object.fromEntries(overrides.map(({ key, value }) => [key, value]));

describe('a change of overrides', () => {
  it('sets, replaces and removes overrides, and keeps what the files set at that time', () => {
    expect(valuesOf(after(change({ a: 2, b: 3 }), change({ a: 4, b: null })))).toEqual({ a: 4 });
    expect(after(change({ a: 2, b: 3 })).overrides.map(({ fileValue }) => fileValue)).toEqual([1, undefined]);
  });

  it('replaces the expiry of an earlier one', () => {
    const { overrides } = after(change({ a: 2 }, { expiresInMs: 5000 }), change({ a: 3 }));
    expect(overrides.map(({ expiresAt }) => expiresAt)).toEqual([null]);
  });
});

describe('a change that is waiting for confirmation', () => {
  const state = after(change({ a: 2 }, { expiresInMs: 60_000 }), change({ a: null, b: 3 }, { confirmWithinMs: 5000 }));

  it('is active until its deadline, and reverted from then on', () => {
    expect(settle(state, at(5.999))).toEqual({ state, reverted: null, expired: [] });
    const { state: settled, reverted } = settle(state, at(6));
    expect([valuesOf(settled), settled.pending, reverted?.reason]).toEqual([{ a: 2 }, null, 'unconfirmed']);
  });

  it('returns its keys to their earlier overrides with their expiry, and leaves all others', () => {
    const { overrides } = revertPending({
      ...state,
      overrides: [...state.overrides, ...after(change({ c: 1 })).overrides],
    });
    expect(overrides.map(({ key, expiresAt }) => [key, expiresAt])).toEqual([
      ['c', null],
      ['a', at(60)],
    ]);
  });

  it('returns to no override if the earlier one has expired by then', () => {
    const { state: settled, reverted, expired } = settle(state, at(61));
    expect([valuesOf(settled), reverted !== null, expired.map(({ key }) => key)]).toEqual([{}, true, ['a']]);
  });

  it('is reverted on request, without earlier overrides that have expired by then', () => {
    expect([2, 61].map((seconds) => settleRequested(state, at(seconds)))).toMatchObject([
      { state: { overrides: [{ key: 'a' }], pending: null }, reverted: { reason: 'requested' }, expired: [] },
      { state: { overrides: [], pending: null }, reverted: { reason: 'requested' }, expired: [{ key: 'a' }] },
    ]);
  });

  it('still waits after its overrides have expired, and then brings back what they replaced', () => {
    const short = { confirmWithinMs: 5000, expiresInMs: 2000 };
    const { state: expired } = settle(after(change({ a: 2 }), change({ a: 3 }, short)), at(3));
    expect([valuesOf(expired), expired.pending?.revision]).toEqual([{}, 2]);
    expect(valuesOf(settle(expired, at(6)).state)).toEqual({ a: 2 });
    expect(valuesOf(settleRequested(expired, at(4)).state)).toEqual({ a: 2 });
  });

  it('is reverted at once where its guard has failed, and only that change', () => {
    expect(settle(state, at(2), 2).reverted?.reason).toBe('guard');
    expect(settle(state, at(2), 1).reverted).toBeNull();
  });
});

describe('an override with an expiry', () => {
  it('ends at that time', () => {
    const state = after(change({ a: 2 }, { expiresInMs: 5000 }), change({ b: 3 }));
    expect(valuesOf(settle(state, at(4.999)).state)).toEqual({ a: 2, b: 3 });
    expect(valuesOf(settle(state, at(5)).state)).toEqual({ b: 3 });
  });
});

describe('scheduled changes', () => {
  const scheduled = (id: string, seconds: number) => ({
    ...change({ a: 2 }),
    id,
    at: at(seconds),
    actorId: null,
    since: at(0),
  });

  it('are due in their order, and only while no change waits', () => {
    const state = { ...noOverrides, scheduled: [scheduled('late', 9), scheduled('early', 5)] };
    expect(dueChange(state, at(4))).toBeUndefined();
    expect(dueChange(state, at(10))?.id).toBe('early');
    const { pending } = after(change({ b: 1 }, { confirmWithinMs: 60_000 }));
    expect(dueChange({ ...state, pending }, at(10))).toBeUndefined();
  });
});

describe('the next deadline', () => {
  it('is the first time at which the state changes by itself', () => {
    const scheduled = [{ ...change({ a: 2 }), id: 'x', at: at(3), actorId: null, since: at(0) }];
    expect(nextDeadline(noOverrides)).toBeNull();
    expect(nextDeadline({ ...after(change({ a: 2 }, { expiresInMs: 9000 })), scheduled })).toEqual(at(3));
    const waiting = after(change({ a: 2 }, { confirmWithinMs: 5000, expiresInMs: 9000 }));
    // A scheduled change waits for the confirmation.
    expect(nextDeadline({ ...waiting, scheduled })).toEqual(at(5));
  });
});

describe('removed overrides', () => {
  it('are those of the given keys', () => {
    expect(valuesOf(withoutOverrides(after(change({ a: 2, b: 3 })), ['a']))).toEqual({ b: 3 });
  });
});

describe('the time that a change may wait for the database', () => {
  it('ends soon after the next deadline', () => {
    const waiting = after(change({ a: 2 }, { confirmWithinMs: 10_000 }));
    expect([0, 9, 10, 60].map((seconds) => databaseTimeoutMs(waiting, at(seconds)))).toEqual([
      ...[storeTimeoutMs, 1_500],
      ...[500, 500],
    ]);
    expect(databaseTimeoutMs(noOverrides, at(0))).toBe(storeTimeoutMs);
  });
});
