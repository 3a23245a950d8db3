import type { Clock } from '../../clock.js';
import type { ReloadAttempt } from '../reload/config-snapshot.js';
import type { ConfigStore } from '../reload/config-store.js';
import type { ChangeRequest, ReloadResult } from '../types.js';
import { validateRollback, type StoredRollback } from './revision-content.js';
import { DatabaseTimeoutError, type RevisionRepository, type StoredState } from './revision-repository.js';

/** A revision that was never recorded, or that is no longer kept. */
export class UnknownRevisionError extends Error {
  override readonly name = 'UnknownRevisionError';

  constructor(readonly revision: number) {
    super(`no revision ${String(revision)} exists`);
  }
}

/** Time until a rollback of another instance that was rejected here is tried again, in milliseconds. */
const retryMs = 30_000;

/** Keeps this instance and the revisions in the database in agreement. Its methods must be called one at a time. */
export class RevisionSync {
  #hasStarted = false;
  #rejected: { readonly id: string; readonly atMs: number } | null = null;

  constructor(
    private readonly store: ConfigStore,
    private readonly repository: RevisionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Records the active configuration if it is not numbered yet, after the rollback in the database was applied.
   * @returns whether the database responded
   */
  async ensureNumbered(timeoutMs?: number): Promise<boolean> {
    if (!this.repository.hasStore || !(await this.start(timeoutMs))) return false;
    try {
      if (this.store.active.revision === null) await this.store.record(timeoutMs);
      return true;
    } catch (error) {
      this.repository.reportFailure(error);
      return false;
    }
  }

  /**
   * Applies the rollback that is active in the database, once. It has ended if the files have changed while the service
   * was not running.
   * @returns whether that has happened
   */
  async start(timeoutMs?: number): Promise<boolean> {
    if (this.#hasStarted || !this.repository.hasStore) return this.#hasStarted;
    try {
      const { rollback } = await this.repository.readState(timeoutMs);
      this.#hasStarted = true;
      if (rollback === null) return true;
      if (rollback.baseHash === this.store.active.filesHash) await this.#apply(rollback);
      else await this.store.endRollback(rollback);
    } catch (error) {
      this.repository.reportFailure(error);
    }
    return this.#hasStarted;
  }

  /**
   * Applies what other instances have changed: a later number of the same content, a rollback, or its end.
   * @param state must have been read since the configuration last changed here
   * @throws {DatabaseTimeoutError} until it is known whether a rollback is active
   */
  async follow({ newest, rollback }: StoredState): Promise<void> {
    await this.ensureNumbered();
    if (!this.#hasStarted) throw new DatabaseTimeoutError('the database did not respond');
    const { snapshot, revision } = this.store.active;
    const { hash } = snapshot.loaded;
    const isSame = newest?.hash === hash && newest.revision >= this.store.minRevision(hash);
    if (isSame && newest.revision !== revision) this.store.setRevision(newest.revision);
    if (rollback === null) await this.#leave();
    else await this.#apply(rollback);
  }

  /**
   * Starts a rollback: the values of an earlier revision override the files of every instance until the files change.
   * @param id a new ID for the rollback
   * @returns the result; `waitForAcks` resolves when every instance has read it
   * @throws {UnknownRevisionError | StaleRevisionError}, or an error of the database; nothing has changed then
   */
  async rollBack(
    revision: number,
    id: string,
    { requester, expects }: ChangeRequest,
  ): Promise<{ readonly result: ReloadResult; waitForAcks(): Promise<void> }> {
    const content = await this.repository.contentOf(revision);
    if (content === null) throw new UnknownRevisionError(revision);
    await this.ensureNumbered();
    const { filesHash, revision: newest } = this.store.active;
    const about = { actorId: requester.actorId, since: this.clock.now(), baseHash: filesHash };
    const stored: StoredRollback = { id, revision, values: content.values, ...about };
    // With a precondition, no other instance may have recorded a newer revision.
    const expectedNewest = expects === undefined ? undefined : (newest ?? undefined);
    return this.store.reload({ ...this.#attempt(stored), requester, newRollback: { stored, expectedNewest } });
  }

  /** Applies a rollback that is in the database. */
  async #apply(stored: StoredRollback): Promise<void> {
    if (this.store.active.rollback?.id === stored.id) return;
    if (this.store.hasEnded(stored.id)) await this.store.endRollback(stored);
    else await this.#tryAgain(stored.id, this.#attempt(stored));
  }

  /**
   * Ends a rollback that is no longer in the database. If the files here are still those that it was made for, it stays
   * until they change: the files of all instances are being replaced one after the other.
   */
  async #leave(): Promise<void> {
    const { rollback, filesHash } = this.store.active;
    if (rollback !== null && rollback.baseHash !== filesHash) await this.#tryAgain(rollback.id, this.#attempt(null));
  }

  /** An attempt with the files that were last applied here, and with or without a rollback. */
  #attempt(stored: StoredRollback | null): ReloadAttempt {
    const { filesHash, disk } = this.store.active;
    const validated = stored === null ? { rollback: null } : validateRollback(stored, filesHash);
    return { trigger: 'rollback', requester: null, disk, rollback: null, ...validated };
  }

  async #tryAgain(rollbackId: string, attempt: ReloadAttempt): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    if (this.#rejected?.id === rollbackId && nowMs - this.#rejected.atMs < retryMs) return;
    const { result } = await this.store.reload(attempt);
    this.#rejected = result.outcome === 'refused' ? { id: rollbackId, atMs: this.clock.monotonicMs() } : null;
  }
}
