import type { Settings } from '../schema/schema.js';
import type { ConfigSnapshot } from './config-snapshot.js';

/** The revisions that this instance has reported, so that numbers never decrease. */
export class ReportedRevisions {
  readonly #revisions = new WeakMap<Settings, number | null>();
  #last: { readonly revision: number; readonly hash: string } | null = null;

  /** Remembers the number of a snapshot; null if it has none yet. */
  add({ settings, loaded }: ConfigSnapshot, revision: number | null): void {
    this.#revisions.set(settings, revision);
    if (revision !== null) this.#last = { revision, hash: loaded.hash };
  }

  /** The revision of earlier settings; null if it is unknown. */
  of(settings: Settings): number | null {
    return this.#revisions.get(settings) ?? null;
  }

  /** The lowest number that can be accepted for content: different content always gets a higher one. */
  minFor(hash: string): number {
    if (this.#last === null) return 1;
    return this.#last.revision + (hash === this.#last.hash ? 0 : 1);
  }
}
