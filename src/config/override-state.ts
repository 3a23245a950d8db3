/*
 * What the database holds about overrides, and what is active of it at a given time. Everything here is a pure function of the
 * stored state and a time, so all instances come to the same result, also while they cannot reach the database.
 */

/** A value that overrides the files on every instance. */
export interface Override {
  readonly key: string;
  /** As written in YAML; undefined for the default, as if no file set the key. */
  readonly value: unknown;
  /** The revision to which a rollback returned; null for a value that an operator set. */
  readonly rollbackTo: number | null;
  readonly actorId: string | null;
  readonly reason: string | null;
  readonly since: Date;
  readonly expiresAt: Date | null;
  /** What the files set when the override was made, as written in YAML; undefined for nothing. */
  readonly fileValue: unknown;
}

/** A change that is reverted unless it is confirmed. */
export interface PendingChange {
  /** The revision that it created. */
  readonly revision: number;
  readonly since: Date;
  readonly confirmBy: Date;
  readonly actorId: string | null;
  readonly reason: string | null;
  /** The share of server errors above which it is reverted; null for no guard. */
  readonly maxErrorRatio: number | null;
  /** The override that each of its keys had before; null for none. */
  readonly replaced: Readonly<Record<string, Override | null>>;
}

/** What a change of overrides consists of. */
export interface OverrideChange {
  /** The new value of each key, as written in YAML; null removes the override. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  /** Time until the change is reverted unless it is confirmed, in milliseconds; null if it needs no confirmation. */
  readonly confirmWithinMs: number | null;
  /** Time until the overrides end, in milliseconds; null if they do not. */
  readonly expiresInMs: number | null;
  /** See PendingChange. */
  readonly maxErrorRatio: number | null;
}

/** A change that is applied at a later time. */
export interface ScheduledChange extends OverrideChange {
  readonly id: string;
  readonly at: Date;
  readonly actorId: string | null;
  readonly since: Date;
}

/** Overrides, the change that is waiting for confirmation, and scheduled changes. */
export interface OverrideState {
  /** Increases with each change of the state in the database. */
  readonly version: number;
  /** At most one for each key. */
  readonly overrides: readonly Override[];
  readonly pending: PendingChange | null;
  readonly scheduled: readonly ScheduledChange[];
}

/** The state before the first override. */
export const noOverrides: OverrideState = { version: 0, overrides: [], pending: null, scheduled: [] };

/** Why a change was reverted. */
export type RevertReason = 'unconfirmed' | 'requested' | 'guard';

/** A state at a given time, and how it differs from the one in the database. */
export interface SettledState {
  readonly state: OverrideState;
  readonly reverted: { readonly change: PendingChange; readonly reason: RevertReason } | null;
  readonly expired: readonly Override[];
}

/** Reverts the change that is waiting for confirmation: each of its keys gets its earlier override. */
export const revertPending = (state: OverrideState): OverrideState => {
  const { pending, overrides } = state;
  if (pending === null) return state;
  const kept = overrides.filter(({ key }) => !Object.hasOwn(pending.replaced, key));
  const restored = Object.values(pending.replaced).filter((override) => override !== null);
  return { ...state, overrides: [...kept, ...restored], pending: null };
};

/**
 * The state at a time: without a change that was not confirmed in time, and without overrides that have expired.
 * @param failed the revision of a change whose guard has failed here
 */
export const settle = (stored: OverrideState, now: Date, failed: number | null = null): SettledState => {
  const { pending } = stored;
  const isFailed = pending !== null && pending.revision === failed;
  const reverted =
    pending !== null && (isFailed || pending.confirmBy <= now)
      ? { change: pending, reason: isFailed ? ('guard' as const) : ('unconfirmed' as const) }
      : null;
  const state = reverted === null ? stored : revertPending(stored);
  const hasEnded = ({ expiresAt }: Override): boolean => expiresAt !== null && expiresAt <= now;
  const expired = state.overrides.filter(hasEnded);
  if (expired.length === 0) return { state, reverted, expired };
  return { state: { ...state, overrides: state.overrides.filter((each) => !hasEnded(each)) }, reverted, expired };
};

/** The state after an operator has reverted the change that waits. Its keys may have had overrides that have expired since. */
export const settleRequested = (stored: OverrideState, now: Date): SettledState => {
  const { pending } = stored;
  return {
    ...settle(revertPending(stored), now),
    reverted: pending === null ? null : { change: pending, reason: 'requested' },
  };
};

/** The first scheduled change that is due; undefined if there is none, or if a change is waiting for confirmation. */
export const dueChange = ({ pending, scheduled }: OverrideState, now: Date): ScheduledChange | undefined =>
  pending !== null
    ? undefined
    : scheduled.filter(({ at }) => at <= now).sort((one, other) => one.at.getTime() - other.at.getTime())[0];

/** When a state changes by itself; null if it does not. */
export const nextDeadline = ({ overrides, pending, scheduled }: OverrideState): Date | null => {
  const times = [
    ...overrides.flatMap(({ expiresAt }) => expiresAt ?? []),
    ...(pending === null ? scheduled.map(({ at }) => at) : [pending.confirmBy]),
  ];
  return times.reduce<Date | null>((first, time) => (first === null || time < first ? time : first), null);
};

/** When a change was made, by whom, and over which values of the files. */
export interface ChangeContext {
  readonly now: Date;
  readonly revision: number;
  readonly actorId: string | null;
  /** What the files set, as written in YAML, by key. */
  readonly fileValues: ReadonlyMap<string, unknown>;
}

const endOf = (now: Date, ms: number | null): Date | null => (ms === null ? null : new Date(now.getTime() + ms));

/** The state after a change. */
export const withChange = (state: OverrideState, change: OverrideChange, context: ChangeContext): OverrideState => {
  const { changes, reason, confirmWithinMs, expiresInMs, maxErrorRatio } = change;
  const { now, revision, actorId, fileValues } = context;
  const before = new Map(state.overrides.map((override) => [override.key, override]));
  const set = Object.entries(changes)
    .filter(([, value]) => value !== null)
    .map(([key, value]): Override => {
      const origin = { rollbackTo: null, actorId, reason, since: now };
      return { key, value, ...origin, expiresAt: endOf(now, expiresInMs), fileValue: fileValues.get(key) };
    });
  const replaced = Object.fromEntries(Object.keys(changes).map((key) => [key, before.get(key) ?? null]));
  const confirmBy = endOf(now, confirmWithinMs);
  return {
    ...state,
    overrides: [...state.overrides.filter(({ key }) => !Object.hasOwn(changes, key)), ...set],
    pending: confirmBy && { revision, since: now, confirmBy, actorId, reason, maxErrorRatio, replaced },
  };
};

/** The state without the overrides of some keys. */
export const withoutOverrides = (state: OverrideState, keys: readonly string[]): OverrideState => ({
  ...state,
  overrides: state.overrides.filter(({ key }) => !keys.includes(key)),
});
