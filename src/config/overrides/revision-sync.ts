import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.js';
import { dueChange, nextDeadline, settle, type OverrideState, type SettledState } from '../override-state.js';
import type { ConfigStore } from '../reload/config-store.js';
import {
  DatabaseTimeoutError,
  OverridesChangedError,
  type RevisionRepository,
  type StoredState,
} from '../revisions/revision-repository.js';
import type { RevisionTrigger } from '../types.js';
import { applyScheduled } from './apply-scheduled.js';
import { databaseTimeoutMs, DeadlineTimer } from './deadline-timer.js';
import { eventsOf, triggerOf } from './settlement.js';

/** Options for `RevisionSync`. */
export interface RevisionSyncOptions {
  readonly store: ConfigStore;
  readonly repository: RevisionRepository;
  readonly clock: Clock;
  /** Called when the overrides change by themselves: a confirmation is overdue, one expires, or a scheduled change is due. */
  readonly onDue: () => void;
}

/** How many times a request for a change tries to record what was already due. */
const maxReads = 3;

/** Time until overrides of another instance that were rejected here are tried again, in milliseconds. */
const retryMs = 5_000;

/**
 * Keeps this instance and the revisions and overrides in the database in agreement. Its methods must be called one at a time.
 */
export class RevisionSync {
  #hasStarted = false;
  /** The revision of a change whose guard has failed here. */
  #failed: number | null = null;
  #rejected: { readonly state: OverrideState; readonly atMs: number } | null = null;
  readonly #timer: DeadlineTimer;

  constructor(private readonly options: RevisionSyncOptions) {
    this.#timer = new DeadlineTimer(options.clock, options.onDue);
  }

  /** Whether the overrides of the database were applied since the start. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** The estimated time of the database. */
  now(): Date {
    return this.#timer.now();
  }

  /**
   * Applies the overrides in the database, unless that was done before.
   * @returns whether that has happened
   */
  async start(timeoutMs?: number): Promise<boolean> {
    const { repository } = this.options;
    if (this.#hasStarted || !repository.hasStore) return this.#hasStarted;
    try {
      await this.follow(await repository.readState(timeoutMs), undefined, timeoutMs);
    } catch (error) {
      repository.reportFailure(error);
    }
    return this.#hasStarted;
  }

  /** Records the active configuration if it has no number yet, after the overrides in the database were applied. */
  async ensureNumbered(timeoutMs?: number): Promise<void> {
    const { store, repository } = this.options;
    if (!repository.hasStore) return;
    if ((await this.start(timeoutMs)) && store.active.revision !== null) return;
    await this.#attempt(async () => {
      await this.follow(await repository.readState(timeoutMs), undefined, timeoutMs);
    });
  }

  /**
   * Reads the database and applies what has changed. What was due must be recorded before anything else is changed.
   * @throws an error of the database, or DatabaseTimeoutError
   */
  async refresh(): Promise<void> {
    const { store, repository } = this.options;
    const timeoutMs = (): number => databaseTimeoutMs(store.active.overrides, this.now());
    for (let attempt = 1; attempt <= maxReads; attempt += 1) {
      // Another instance may have recorded it in between.
      if (await this.follow(await repository.readState(timeoutMs()))) return;
    }
    throw new DatabaseTimeoutError('could not record the overrides that have expired or were reverted');
  }

  /**
   * Applies what other instances have changed, and what is due: reverts a change that was not confirmed, ends overrides that
   * have expired, and applies scheduled changes.
   * @param stored must have been read since the configuration last changed here
   * @param readAtMs when it was read, in monotonic milliseconds
   * @param timeoutMs how long the database may take to number the content, in milliseconds
   * @returns false if something was due and could not be recorded
   */
  async follow(stored: StoredState, readAtMs = this.options.clock.monotonicMs(), timeoutMs?: number): Promise<boolean> {
    const { store, repository } = this.options;
    this.#timer.set(stored.now, readAtMs);
    const settled = settle(stored.overrides, stored.now, this.#failed);
    if (stored.overrides.pending?.revision !== this.#failed) this.#failed = null;
    const isDue = settled.reverted !== null || settled.expired.length > 0;
    const isApplied = await this.#apply(settled.state, triggerOf(settled), isDue ? null : stored.newest);
    this.#hasStarted ||= isApplied;
    // The files without the overrides must not become a revision.
    if (!this.#hasStarted) return true;
    if (!isDue) await this.#attempt(() => store.number(stored.newest, timeoutMs));
    else if (isApplied && !(await this.#attempt(() => this.#record(stored, settled)))) {
      this.watchDeadlines();
      return false;
    }
    const due = dueChange(store.active.overrides, this.now());
    if (due && repository.hasStore) await this.#attempt(() => applyScheduled(this.options, due, this.now()));
    this.watchDeadlines();
    return true;
  }

  /**
   * Applies what is due without the database. The result is recorded when the database is reachable again.
   */
  async settleAlone(): Promise<void> {
    const { overrides } = this.options.store.active;
    const settled = settle(overrides, this.now(), this.#failed);
    if (settled.state !== overrides) await this.#apply(settled.state, triggerOf(settled), null);
    this.watchDeadlines();
  }

  /** Reverts a change at the next synchronization, because too many requests fail on this instance. */
  fail(revision: number): void {
    this.#failed = revision;
  }

  /** Waits for the next deadline of the active overrides. */
  watchDeadlines(): void {
    this.#timer.wait(nextDeadline(this.options.store.active.overrides));
  }

  /** Stops waiting for deadlines. */
  close(): void {
    this.#timer.close();
  }

  /** @returns whether the state is active */
  async #apply(state: OverrideState, trigger: RevisionTrigger, newest: StoredState['newest']): Promise<boolean> {
    const { store, clock } = this.options;
    const { overrides, disk } = store.active;
    if (isDeepStrictEqual(overrides, state)) return true;
    if (isDeepStrictEqual(overrides.overrides, state.overrides)) {
      store.setOverrides(state);
      return true;
    }
    const nowMs = clock.monotonicMs();
    const isKnown = isDeepStrictEqual(this.#rejected?.state, state);
    if (this.#rejected && isKnown && nowMs - this.#rejected.atMs < retryMs) return false;
    const attempt = { trigger, requester: null, disk, overrides: state, mayLeaveOut: () => true, newest };
    const { result } = await store.reload(attempt);
    const isRefused = result.outcome === 'refused';
    this.#rejected = isRefused ? { state, atMs: clock.monotonicMs() } : null;
    return !isRefused;
  }

  /** Records what was due, unless another instance has done so. */
  async #record({ overrides: { version } }: StoredState, settled: SettledState): Promise<void> {
    const { store, repository } = this.options;
    const write = {
      ...{ version, next: () => settled.state, requester: null, reason: null },
      draft: store.draft(triggerOf(settled)),
      events: ({ revision }: { readonly revision: number }) => eventsOf(settled, revision),
    };
    const { revision, overrides } = await repository.writeOverrides(write);
    store.setOverrides(overrides, revision);
  }

  /** Tries an operation that the next synchronization repeats if it fails. @returns whether it has succeeded */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      // Another instance was faster; its notification is on the way.
      if (!(error instanceof OverridesChangedError)) this.options.repository.reportFailure(error);
      else this.options.onDue();
      return false;
    }
  }
}
