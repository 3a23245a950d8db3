import type { Clock } from '../../clock.js';
import type { AttemptResult } from '../reload/reload-attempt.js';
import type { ConfigStore } from '../reload/config-store.js';
import { DatabaseTimeoutError, type RevisionRepository } from './revision-repository.js';
import type { StoredRollback, StoredState } from './revision-store.js';
import { validateRollback } from './rollback.js';
import type { ChangeRequest } from '../types.js';

/** A revision that nobody has ever registered. */
export class UnknownRevisionError extends Error {
  override readonly name = 'UnknownRevisionError';

  constructor(readonly revision: number) {
    super(`no revision ${String(revision)} exists`);
  }
}

/** What another instance did to a rollback, and was refused here, is tried again after this time, in milliseconds. */
const retryMs = 30_000;

/** What this instance and its database tell each other about the configuration. Its methods must be called one at a time. */
export class RevisionFollower {
  #hasBegun = false;
  #refused: { readonly id: string; readonly atMs: number } | null = null;

  constructor(
    private readonly keeper: ConfigStore,
    private readonly registrar: RevisionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes sure that what is in force has a number of the database. At the first time the rollback in force is laid over
   * the files, unless these have changed while the service was down.
   * @returns whether the database answers
   */
  async ensure(timeoutMs?: number): Promise<boolean> {
    if (!this.registrar.hasStore) return false;
    try {
      if (!this.#hasBegun) await this.#begin(timeoutMs);
      if (this.keeper.active.revision === null) await this.keeper.register(timeoutMs);
      return true;
    } catch (error) {
      this.registrar.reportFailure(error);
      return false;
    }
  }

  /**
   * Follows what the other instances have done: a later number for the same content, a rollback.
   * @param state read after whatever was announced, and before anything here has changed since
   * @throws {DatabaseTimeoutError} while it is not known yet what lies over the files
   */
  async follow({ newest, rollback }: StoredState): Promise<void> {
    const isReachable = await this.ensure();
    if (!isReachable && !this.#hasBegun) throw new DatabaseTimeoutError('the revisions could not be looked at');
    const { snapshot, revision } = this.keeper.active;
    const { hash } = snapshot.loaded;
    const isSame = newest?.hash === hash && newest.revision >= this.keeper.lowestRevision(hash);
    if (isSame && newest.revision !== revision) this.keeper.renumber(newest.revision);
    if (rollback !== null) await this.#follow(rollback);
    else await this.#leave();
  }

  /**
   * Lays the values of an earlier revision over the files.
   * @param id a new one, which names the rollback
   * @throws {UnknownRevisionError | ConfigMovedError}, or a issue of the database; all is as it was
   */
  async rollBack(revision: number, id: string, { requester, expects }: ChangeRequest): Promise<AttemptResult> {
    const content = await this.registrar.store.contentOf(revision);
    if (content === null) throw new UnknownRevisionError(revision);
    const isNumbered = await this.ensure();
    const { filesHash, disk } = this.keeper.active;
    const about = { actorId: requester.actorId, since: this.clock.now(), baseHash: filesHash };
    const startsRollback: StoredRollback = { id, revision, values: content.values, ...about };
    const validated = validateRollback(startsRollback, filesHash);
    // Another instance may have moved on since the caller looked here.
    const expectedNewest = expects === undefined ? undefined : (this.keeper.active.revision ?? undefined);
    const attempt = { trigger: 'rollback' as const, requester, disk, isNumbered, expectedNewest };
    return 'issues' in validated
      ? this.keeper.attempt({ ...attempt, rollback: null, issues: validated.issues })
      : this.keeper.attempt({ ...attempt, rollback: validated.rollback, startsRollback });
  }

  async #begin(timeoutMs?: number): Promise<void> {
    const { rollback } = await this.registrar.look(timeoutMs);
    this.#hasBegun = true;
    if (rollback === null) return;
    if (rollback.baseHash === this.keeper.active.filesHash) await this.#follow(rollback);
    else await this.keeper.end(rollback);
  }

  /**
   * Ends a rollback that another instance has seen to be over. Where the files are still those that it was made for, it
   * stays until they change: they are being replaced one after the other, and what was rolled back must not come back.
   */
  async #leave(): Promise<void> {
    const { rollback, filesHash, disk } = this.keeper.active;
    if (rollback === null || rollback.baseHash === filesHash || this.#isTooSoon(rollback.id)) return;
    const attempt = { trigger: 'rollback' as const, requester: null, disk, isNumbered: true, rollback: null };
    this.#note(rollback.id, await this.keeper.attempt(attempt));
  }

  /** Lays a rollback that is in the database over the files of this instance. */
  async #follow(stored: StoredRollback): Promise<void> {
    const { rollback, filesHash, disk } = this.keeper.active;
    if (rollback?.id === stored.id) return;
    if (this.keeper.isOver(stored.id)) {
      await this.keeper.end(stored);
      return;
    }
    if (this.#isTooSoon(stored.id)) return;
    const validated = validateRollback(stored, filesHash);
    const attempt = { trigger: 'rollback' as const, requester: null, disk, isNumbered: true };
    const ending = await this.keeper.attempt(
      'issues' in validated
        ? { ...attempt, rollback: null, issues: validated.issues }
        : { ...attempt, rollback: validated.rollback },
    );
    this.#note(stored.id, ending);
  }

  #isTooSoon(id: string): boolean {
    return this.#refused?.id === id && this.clock.monotonicMs() - this.#refused.atMs < retryMs;
  }

  #note(id: string, { result }: AttemptResult): void {
    this.#refused = result.outcome === 'refused' ? { id, atMs: this.clock.monotonicMs() } : null;
  }
}
