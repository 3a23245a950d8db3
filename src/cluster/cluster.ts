import { setTimeout as pause } from 'node:timers/promises';
import { systemClock, type Clock } from '../clock.js';
import type { Database, Transaction } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';
import { Acts, type Act } from './acts.js';
import { clusterMetrics, type ClusterMetrics } from './cluster-metrics.js';
import { Membership, type Member } from './membership.js';
import { announceSql, leaseMs, waitedForSql } from './statements.js';
import type { Announcement, Topic } from './topic.js';

export type { Act } from './acts.js';
export type { Member } from './membership.js';

/** What a cluster is made from. */
export interface ClusterOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
}

/** An instance that is waited for. */
interface WaitedFor {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
}

/** The first pause between two looks at the others, in milliseconds; it doubles up to the longest. */
const firstPauseMs = 2;
const longestPauseMs = 25;

/** The id of an instance that has not joined, which no row has (RFC 9562, 5.9). */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * The instances on one database. Whoever changes what others hold in memory announces it in the transaction of the change
 * and waits, after the commit, until it is settled: acted on by every instance that may still trust its memory.
 * A cluster that has not joined (a command, an app in a test) does nothing in the background and needs no end; it may
 * announce and wait, but does not hear the others.
 */
export class Cluster {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #acts: Acts;
  readonly #metrics: ClusterMetrics | undefined;
  #own: { readonly id: string; readonly membership: Membership } | undefined;

  constructor({ db, log, clock = systemClock, metrics }: ClusterOptions) {
    this.#db = db;
    this.#log = log;
    this.#clock = clock;
    this.#acts = new Acts(log);
    this.#metrics = metrics && clusterMetrics(metrics, () => this.#own?.membership);
  }

  /**
   * Adds what this instance does about a topic, its own announcements included; the answer removes it again. To be called
   * before `join`: what was announced before is acted on then.
   */
  on(topic: Topic, act: Act): () => void {
    return this.#acts.on(topic, act);
  }

  /**
   * Announces a change within its transaction, as the last thing in it: announcements of one topic wait for each other.
   * @returns what to hand to `settled` after the commit
   */
  async announce(trx: Transaction, topic: Topic): Promise<Announcement> {
    const { rows } = await trx.raw<{ rows: { version: number }[] }>(announceSql, [topic]);
    return { topic, version: rows[0]?.version ?? 1 };
  }

  /**
   * Resolves when this instance, and every other that holds a live lease, has acted on an announcement, or after the time
   * of a lease: an instance that has not acted by then does not trust its memory any more. Never rejects, for the change
   * is committed. To be called after the commit only.
   */
  async settled(announcement: Announcement): Promise<void> {
    const { topic } = announcement;
    const startedMs = this.#clock.monotonicMs();
    const over = new AbortController();
    const waitedFor: WaitedFor[] = [];
    const acted = this.#allActed(announcement, waitedFor, over.signal).then(() => true);
    const expired = pause(leaseMs, false, { signal: over.signal }).catch(() => true);
    const isSettled = await Promise.race([acted, expired]);
    over.abort();
    this.#metrics?.settled(topic, this.#clock.monotonicMs() - startedMs);
    if (isSettled) return;
    this.#log.warn(
      { event: 'cluster.announcement_timed_out', ...announcement, waited_for: waitedFor },
      'not all instances applied the change before their leases expired',
    );
  }

  /**
   * Whether what this instance holds in memory may be believed: it has acted on all that it knows of, and would have been
   * waited for by whoever has announced what it does not know of. True for a cluster that has not joined and is not behind.
   */
  get isFresh(): boolean {
    return !this.#acts.isBehind && (this.#own === undefined || this.#own.membership.trustLeftMs > 0);
  }

  /**
   * Becomes one of the instances that are waited for: from now on it says that it lives, hears the others, and trusts its
   * memory only while it does. Resolves after the first attempt; one that fails is repeated until `leave`.
   */
  async join(member: Member): Promise<void> {
    if (this.#own !== undefined) throw new Error('this instance has joined already');
    const parts = { db: this.#db, log: this.#log, clock: this.#clock, acts: this.#acts };
    const membership = new Membership({ ...parts, member });
    this.#own = { id: member.id, membership };
    await membership.start();
  }

  /** Ends what `join` has begun, for good. Memory is not trusted after it. */
  async leave(): Promise<void> {
    await this.#own?.membership.stop();
  }

  async #allActed(announcement: Announcement, waitedFor: WaitedFor[], signal: AbortSignal): Promise<void> {
    await this.#acts.actOn(announcement);
    const { topic, version } = announcement;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        const { rows } = await this.#db.knex.raw<{ rows: WaitedFor[] }>(waitedForSql, [
          this.#own?.id ?? nobody,
          topic,
          version,
        ]);
        waitedFor.splice(0, Infinity, ...rows);
        if (rows.length === 0) return;
      } catch (error) {
        this.#log.debug(
          { event: 'cluster.peers_unknown', err: error, topic },
          'cannot read the state of other instances; waiting for their leases to expire',
        );
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
