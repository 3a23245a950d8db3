import type { ConfigIssue } from '../issue.js';
import {
  settleRequested,
  withChange,
  withoutOverrides,
  type Override,
  type OverrideChange,
  type OverrideState,
  type PendingChange,
} from '../override-state.js';
import { fileValuesOf } from '../reload/config-snapshot.js';
import type { DryRunResult } from '../reload/dry-run.js';
import type { AttemptResult } from '../reload/outcome.js';
import { checkRevision, type RevisionContent } from '../revisions/revision-content.js';
import type { OverrideEvent } from '../revisions/revision-repository.js';
import type { ChangeRequest } from '../types.js';
import { attemptOf } from './apply-overrides.js';
import { withoutScheduled } from './apply-scheduled.js';
import { ChangeRunner, type ChangeRunnerOptions, type OverrideResult } from './change-runner.js';
import { checkChanges } from './check-changes.js';
import { ErrorGuards, type ErrorGuard } from './error-guard.js';
import {
  NothingToConfirmError,
  UnknownOverrideError,
  UnknownRevisionError,
  UnknownScheduledChangeError,
} from './errors.js';
import { planRollback } from './plan-rollback.js';
import { eventsOf } from './settlement.js';

/** Number of changes that can be scheduled: every change of the overrides reads and writes all of them. */
const maxScheduled = 50;

const tooManyScheduled: ConfigIssue = {
  ...{ key: null, file: null, code: 'too_many' },
  message: `${String(maxScheduled)} changes are scheduled already; cancel one first`,
};

/** Options for `OverrideChanges`. */
export interface OverrideChangesOptions extends ChangeRunnerOptions {
  /** Synchronizes now. */
  readonly synchronize: () => void;
}

/** A change that takes effect immediately and permanently. */
const plainChange = { reason: null, confirmWithinMs: null, expiresInMs: null, maxErrorRatio: null };

/**
 * Changes the overrides at the request of operators. Each change is active on every instance when it resolves.
 * All methods throw StaleRevisionError when the precondition of the request is not met, ConfirmationPendingError while another
 * change is waiting for confirmation (except `confirm` and `revert`), or an error of the database. Nothing has changed then.
 */
export class OverrideChanges {
  readonly #guards: ErrorGuards;
  readonly #runner: ChangeRunner;

  constructor(private readonly options: OverrideChangesOptions) {
    this.#runner = new ChangeRunner(options);
    this.#guards = new ErrorGuards((revision) => {
      options.sync.fail(revision);
      options.synchronize();
    });
  }

  /** Counts requests while a change with a guard is waiting for confirmation; null otherwise. */
  get guard(): ErrorGuard | null {
    return this.#guards.of(this.options.store.active.overrides.pending);
  }

  /** The estimated time of the database, by which changes are scheduled, confirmed and expire. */
  now(): Date {
    return this.options.sync.now();
  }

  /** Validates changes as `set` does, together with the overrides that are active on this instance; nothing changes. */
  dryRun(changes: OverrideChange['changes']): DryRunResult {
    const checked = checkChanges(changes, this.options.store.active.snapshot.loaded);
    return checked.ok ? this.#dryRun({ ...plainChange, changes: checked.changes }) : checked;
  }

  /** Sets and removes overrides. */
  set(change: OverrideChange, request: ChangeRequest): Promise<OverrideResult> {
    return this.#runner.run(request, async () => {
      const { store } = this.options;
      const checked = checkChanges(change.changes, store.active.snapshot.loaded);
      if (!checked.ok) return this.#runner.refuse('override', request, checked.issues);
      const isSet = ([key, value]: readonly [string, unknown]): boolean =>
        value !== null || this.#find(key) !== undefined;
      const changes = Object.fromEntries(Object.entries(checked.changes).filter(isSet));
      if (Object.keys(changes).length === 0) return this.#runner.unchanged();
      const { actorId } = request.requester;
      const fileValues = fileValuesOf(store.active);
      return this.#runner.apply(request, {
        ...{ trigger: 'override', reason: change.reason },
        next: (state, at) => withChange(state, { ...change, changes }, { ...at, actorId, fileValues }),
      });
    });
  }

  /**
   * Schedules a change. It is validated now and again when it is applied.
   * @param id a new ID
   */
  schedule(id: string, at: Date, change: OverrideChange, request: ChangeRequest): Promise<OverrideResult> {
    return this.#runner.run(request, async () => {
      const { overrides, snapshot } = this.options.store.active;
      if (overrides.scheduled.length >= maxScheduled) {
        return this.#runner.refuse('override', request, [tooManyScheduled]);
      }
      const checked = checkChanges(change.changes, snapshot.loaded);
      if (!checked.ok) return this.#runner.refuse('override', request, checked.issues);
      const { actorId } = request.requester;
      const made = { ...change, changes: checked.changes };
      const result = this.#dryRun(made);
      if (!result.ok) return this.#runner.refuse('override', request, result.issues);
      const details = { id, at: at.toISOString(), keys: Object.keys(change.changes), reason: change.reason };
      const scheduled = (since: Date) => ({ ...made, id, at, actorId, since });
      return this.#runner.write(request, {
        next: (state, { now }) => ({ ...state, scheduled: [...state.scheduled, scheduled(now)] }),
        events: () => [{ action: 'config.scheduled', details }],
      });
    });
  }

  /** Cancels a scheduled change. @throws {UnknownScheduledChangeError} */
  cancel(id: string, request: ChangeRequest): Promise<OverrideResult> {
    return this.#runner.run(
      request,
      () => {
        const { scheduled } = this.options.store.active.overrides;
        if (!scheduled.some((each) => each.id === id)) throw new UnknownScheduledChangeError(id);
        return this.#runner.write(request, {
          next: (state) => withoutScheduled(state, id),
          events: () => [{ action: 'config.schedule_cancelled', details: { id, reason: 'requested' } }],
        });
      },
      { whilePending: true },
    );
  }

  /** Keeps the change that is waiting for confirmation. @throws {NothingToConfirmError} */
  confirm(revision: number, request: ChangeRequest): Promise<OverrideResult> {
    return this.#runner.run(
      request,
      async () => {
        const pending = this.#pending(revision);
        const changed = Object.keys(pending.replaced);
        const done = await this.#runner.write(request, {
          next: (state, { now }) => {
            if (pending.confirmBy <= now) throw new NothingToConfirmError();
            return { ...state, pending: null };
          },
          events: () => [{ action: 'config.confirmed', details: { revision, keys: changed } }],
        });
        return { ...done, result: { ...done.result, changed } };
      },
      { whilePending: true },
    );
  }

  /** Reverts the change that is waiting for confirmation. @throws {NothingToConfirmError} */
  revert(revision: number, request: ChangeRequest): Promise<OverrideResult> {
    return this.#runner.run(
      request,
      () => {
        this.#pending(revision);
        const settled = settleRequested(this.options.store.active.overrides, this.now());
        return this.#runner.apply(request, {
          // An earlier override that no longer fits the files must not keep the change active.
          ...{ trigger: 'revert', reason: null, next: () => settled.state, mayLeaveOut: () => true },
          events: (at) => eventsOf(settled, at.revision),
        });
      },
      { whilePending: true },
    );
  }

  /**
   * Removes an override, or all of them.
   * @throws {UnknownOverrideError} if the key has none
   */
  remove(key: string | null, request: ChangeRequest): Promise<OverrideResult> {
    const check = (): void => {
      if (key !== null && this.#find(key) === undefined) throw new UnknownOverrideError(key);
    };
    const work = (): AttemptResult | Promise<AttemptResult> => {
      const keys = this.options.store.active.overrides.overrides.map((override) => override.key);
      if (keys.length === 0) return this.#runner.unchanged();
      const next = (state: OverrideState): OverrideState => withoutOverrides(state, key === null ? keys : [key]);
      return this.#runner.apply(request, { trigger: 'override', reason: null, next });
    };
    return this.#runner.run(request, work, { check });
  }

  /**
   * Replaces all overrides by those that bring back the values of an earlier revision.
   * @throws {UnknownRevisionError}
   */
  rollBack(revision: number, reason: string | null, request: ChangeRequest): Promise<OverrideResult> {
    const { store, repository } = this.options;
    const find = async (): Promise<RevisionContent> => {
      const content = await repository.contentOf(revision);
      if (content === null) throw new UnknownRevisionError(revision);
      return content;
    };
    const work = async (): Promise<AttemptResult> => {
      const content = await find();
      const issues = checkRevision(revision, content);
      if (issues.length > 0) return this.#runner.refuse('rollback', request, issues);
      const restored = planRollback(store.active, content, { revision, reason, actorId: request.requester.actorId });
      if (restored === null) return this.#runner.unchanged();
      const { revision: newest } = store.active;
      return this.#runner.apply(request, {
        ...{ trigger: 'rollback', reason, rollbackTo: revision },
        ...(request.expects !== undefined && { expectedNewest: newest ?? undefined }),
        next: (state, { now }) => ({ ...state, overrides: restored(now) }),
        events: (at): OverrideEvent[] => [
          { action: 'config.rolled_back', details: { revision: at.revision, rollback_to: revision, reason } },
        ],
      });
    };
    const check = async (): Promise<void> => {
      await find();
    };
    return this.#runner.run(request, work, { check });
  }

  /** @param change its values are valid, each by itself */
  #dryRun(change: OverrideChange): DryRunResult {
    const { store, sync } = this.options;
    const context = { now: sync.now(), revision: 0, actorId: null, fileValues: fileValuesOf(store.active) };
    return store.dryRun(attemptOf(store, withChange(store.active.overrides, change, context)));
  }

  #find(key: string): Override | undefined {
    return this.options.store.active.overrides.overrides.find((override) => override.key === key);
  }

  /** @throws {NothingToConfirmError} when another change or none is waiting for confirmation */
  #pending(revision: number): PendingChange {
    const { pending } = this.options.store.active.overrides;
    if (pending?.revision !== revision) throw new NothingToConfirmError();
    return pending;
  }
}
