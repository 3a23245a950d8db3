import { describe, expect, it } from 'vitest';
import { ErrorGuard, ErrorGuards, leastRequests } from '../../../src/config/overrides/error-guard.js';
import type { PendingChange } from '../../../src/config/override-state.js';

const countTrips = (ratio: number, results: readonly boolean[]): number => {
  let trips = 0;
  const guard = new ErrorGuard(1, ratio, () => {
    trips += 1;
  });
  for (const isError of results) guard.record(isError);
  return trips;
};

const mixed = (errors: number, requests: number): boolean[] =>
  Array.from({ length: requests }, (_, index) => index < errors);

describe('a guard', () => {
  it('waits for enough requests', () => {
    expect(countTrips(0.05, mixed(leastRequests - 1, leastRequests - 1))).toBe(0);
    expect(countTrips(0.05, mixed(leastRequests, leastRequests))).toBe(1);
  });

  it('tolerates exactly its ratio, and trips once above it', () => {
    expect(countTrips(0.1, mixed(5, 50))).toBe(0);
    expect(countTrips(0.1, mixed(6, 50))).toBe(1);
    expect(countTrips(0.1, mixed(90, 90))).toBe(1);
  });
});

describe('the guard of a change', () => {
  const pending = (revision: number, maxErrorRatio: number | null): PendingChange => ({
    ...{
      revision,
      maxErrorRatio,
      since: new Date(0),
      confirmBy: new Date(1),
      actorId: null,
      reason: null,
      replaced: {},
    },
  });

  it('counts per change, and exists only while a change with a guard waits', () => {
    const guards = new ErrorGuards(() => undefined);
    const first = guards.of(pending(2, 0.5));
    expect(guards.of(pending(2, 0.5))).toBe(first);
    expect(guards.of(pending(3, 0.5))).not.toBe(first);
    expect([guards.of(null), guards.of(pending(4, null))]).toEqual([null, null]);
  });
});
