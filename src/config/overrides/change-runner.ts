import type { Mutex } from 'async-mutex';
import type { ConfigIssue } from '../issue.js';
import type { OverrideState } from '../override-state.js';
import { statusOf } from '../reload/config-snapshot.js';
import type { ConfigStore } from '../reload/config-store.js';
import { resultOf, type AttemptResult } from '../reload/outcome.js';
import {
  OverridesChangedError,
  StaleRevisionError,
  type OverrideWrite,
  type RevisionRepository,
} from '../revisions/revision-repository.js';
import type { ChangeRequest, ReloadResult, RevisionTrigger } from '../types.js';
import { applyOverrides, type OverrideApplication } from './apply-overrides.js';
import { databaseTimeoutMs } from './deadline-timer.js';
import { ConfirmationPendingError } from './errors.js';
import type { RevisionSync } from './revision-sync.js';

/** Options for `ChangeRunner`. */
export interface ChangeRunnerOptions {
  readonly mutex: Mutex;
  readonly store: ConfigStore;
  readonly repository: RevisionRepository;
  readonly sync: RevisionSync;
  /** Applies changes of the files that have not been read yet. */
  readonly readFiles: () => Promise<void>;
}

/** A change and the state after it. */
export interface OverrideResult {
  readonly result: ReloadResult;
  readonly overrides: OverrideState;
}

interface RunOptions {
  readonly whilePending?: boolean;
  /** Throws if what the change refers to does not exist. */
  readonly check?: () => void | Promise<void>;
}

/** How often a change is repeated when another instance is faster. */
const maxAttempts = 5;

/** Runs changes of the overrides one at a time, on the current state of the database. */
export class ChangeRunner {
  constructor(private readonly options: ChangeRunnerOptions) {}

  /**
   * Runs a change on the current state; again if another instance has changed it in between.
   * @param options whether the change is possible while another one is waiting for confirmation, and a check that comes before that
   * @throws {StaleRevisionError | ConfirmationPendingError}, or an error of the database; nothing has changed then
   */
  async run(
    request: ChangeRequest,
    work: () => AttemptResult | Promise<AttemptResult>,
    { whilePending = false, check }: RunOptions = {},
  ): Promise<OverrideResult> {
    const { mutex, store, sync, readFiles } = this.options;
    const { result, stored, overrides } = await mutex.runExclusive(async () => {
      await readFiles();
      for (let attempt = 1; ; attempt += 1) {
        await sync.refresh();
        if (request.expects?.(statusOf(store.active, store.lastError)) === false) throw new StaleRevisionError();
        await check?.();
        const { pending } = store.active.overrides;
        if (pending !== null && !whilePending) throw new ConfirmationPendingError(pending.revision);
        try {
          const done = await work();
          sync.watchDeadlines();
          return { ...done, overrides: store.active.overrides };
        } catch (error) {
          if (!(error instanceof OverridesChangedError) || attempt === maxAttempts) throw error;
        }
      }
    });
    await stored?.waitForAcks();
    return { result, overrides };
  }

  /** Makes a change that becomes a revision. */
  apply(request: ChangeRequest, change: Omit<OverrideApplication, 'requester'>): Promise<AttemptResult> {
    return applyOverrides(this.options, { ...change, requester: request.requester }, this.options.sync.now());
  }

  /** Stores a change that concerns no value. */
  async write(
    { requester }: ChangeRequest,
    { next, events }: Pick<OverrideApplication, 'next' | 'events'>,
  ): Promise<AttemptResult> {
    const { store, repository, sync } = this.options;
    const { overrides } = store.active;
    const about = { version: overrides.version, draft: null, reason: null, requester };
    const write: OverrideWrite = { ...about, next: (at) => next(overrides, at), events: events ?? (() => []) };
    const stored = await repository.writeOverrides(write, databaseTimeoutMs(overrides, sync.now()));
    store.setOverrides(stored.overrides);
    return { ...this.unchanged(), stored };
  }

  /** The result when there is nothing to do. */
  unchanged(): AttemptResult {
    const { active } = this.options.store;
    return { result: resultOf(active, active, { outcome: 'unchanged' }), stored: null };
  }

  /** Rejects a change with errors. */
  async refuse(
    trigger: RevisionTrigger,
    { requester }: ChangeRequest,
    issues: readonly ConfigIssue[],
  ): Promise<AttemptResult> {
    return { result: await this.options.store.refuse(trigger, requester, issues), stored: null };
  }
}
