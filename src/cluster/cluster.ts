import type { Database, Transaction } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { Announcement, Topic } from './topic.js';

/** What a cluster is made from. */
export interface ClusterOptions {
  readonly db: Database;
  readonly log: Logger;
}

/** What an instance does about a topic: drops or reads anew what it holds in memory. A rejection leaves it unacknowledged. */
export type Act = () => Promise<void>;

/**
 * The instances on one database. Whoever changes what others hold in memory announces it in the transaction of the change
 * and waits, after the commit, until it is settled: acted on by every instance that may still trust its memory.
 */
export class Cluster {
  readonly #acts = new Map<Topic, Set<Act>>();

  constructor(readonly options: ClusterOptions) {}

  /** Adds what this instance does about a topic, its own announcements included; the answer removes it again. */
  on(topic: Topic, act: Act): () => void {
    const acts = this.#acts.get(topic) ?? new Set();
    this.#acts.set(topic, acts.add(act));
    return () => {
      acts.delete(act);
    };
  }

  /**
   * Announces a change within its transaction, as the last thing in it: announcements of one topic wait for each other.
   * @returns what to hand to `settled` after the commit
   */
  async announce(trx: Transaction, topic: Topic): Promise<Announcement> {
    const { rows } = (await trx.raw(
      `INSERT INTO cluster_topics AS t (topic, version) VALUES (?, 1)
        ON CONFLICT (topic) DO UPDATE SET version = t.version + 1 RETURNING version::float8 AS version`,
      [topic],
    )) as { rows: { version: number }[] };
    return { topic, version: rows[0]?.version ?? 1 };
  }

  /** Resolves when this instance, and every other that holds a live lease, has acted on an announcement. */
  async settled({ topic }: Announcement): Promise<void> {
    for (const act of this.#acts.get(topic) ?? []) await act();
  }
}
