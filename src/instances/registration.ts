import type { Clock } from '../clock.js';
import type { Database } from '../database/database.js';
import type { DirectConnection } from '../database/direct-connection.js';
import type { Logger } from '../observability/logger.js';
import type { CatchUpResult, InvalidationHandlers, Versions } from './invalidation-handlers.js';
import { heartbeatSql, leaseMs, listenSql, pollSql, pruneSql, unregisterSql } from './statements.js';

/** An instance as the others see it. */
export interface InstanceInfo {
  /** A UUID of this process. */
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  /** Version of the software. */
  readonly version: string;
  /** Called at each heartbeat; returns the active configuration. */
  readonly status: () => { readonly revision: number | null; readonly hash: string };
}

/** Options for `Registration`. */
export interface RegistrationOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock: Clock;
  readonly handlers: InvalidationHandlers;
  readonly instance: InstanceInfo;
}

/** One moment on both clocks: the monotonic clock stops while the machine is suspended, the wall clock may be set. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The local lease ends this much before the one in the database, to allow for clock drift and rounding. */
const clockSkewMs = 200;

/** Interval between heartbeats, each with a poll for missed notifications. */
const heartbeatIntervalMs = 500;

/** Timeout of each statement: two attempts fit into a lease. */
const queryTimeoutMs = 1000;

/** Interval between deletions of dead instances. */
const pruneIntervalMs = 60_000;

const never: Moment = { monotonicMs: -Infinity, wallMs: -Infinity };

/**
 * The registration of this instance: sends heartbeats, listens for invalidations, and keeps the local lease. The order of
 * each round matters: the row with the lease is committed first, then the versions are read, and only then does the local
 * lease start, from the time the heartbeat was sent. A publisher whose invalidation that read missed sees the row and
 * waits for this instance.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  #connection: DirectConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #isDue = false;
  #isNotified = false;
  #hasStopped = false;
  #hasContact = true;
  #leaseFrom = never;
  #prunedAtMs = -Infinity;
  #live = 0;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** Starts the heartbeat; resolves after the first attempt, whether it succeeded or not. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#schedulePoll(false), heartbeatIntervalMs);
    this.#timer.unref();
    await this.#schedulePoll(false);
  }

  /** Stops the heartbeat, ends the lease and deletes the row. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    this.#leaseFrom = never;
    clearInterval(this.#timer);
    await this.#polling;
    const connection = this.#connection;
    if (connection === undefined) return;
    await connection.query(unregisterSql, [this.#options.instance.id]).catch((error: unknown) => {
      this.#options.log.debug(
        { event: 'cluster.leave_failed', err: error },
        'could not remove this instance from the database; its lease will expire',
      );
    });
    await connection.close();
  }

  /** How long local caches may still be used, in milliseconds. */
  get leaseRemainingMs(): number {
    const now = this.#now();
    const age = Math.max(
      now.monotonicMs - this.#leaseFrom.monotonicMs,
      // The wall clock also advances while the machine is suspended. If it was set back, the monotonic clock counts.
      now.wallMs - this.#leaseFrom.wallMs,
    );
    return this.#hasStopped ? 0 : Math.max(0, leaseMs - clockSkewMs - age);
  }

  /** Number of instances that held a lease at the last poll, including this one. */
  get liveInstances(): number {
    return this.#live;
  }

  /** Polls now, or again after the current poll. */
  #schedulePoll(isNotified: boolean): Promise<void> {
    this.#isDue = true;
    this.#isNotified ||= isNotified;
    this.#polling ??= this.#pollWhileDue().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #pollWhileDue(): Promise<void> {
    while (this.#isDue && !this.#hasStopped) {
      this.#isDue = false;
      try {
        await this.#poll();
      } catch (error) {
        this.#loseContact(error);
      }
    }
  }

  async #poll(): Promise<void> {
    const connection = await this.#connect();
    const isNotified = this.#isNotified;
    this.#isNotified = false;
    // A publisher is waiting: apply its invalidation first, so that the first heartbeat acknowledges it.
    if (isNotified && (await this.#catchUp(connection)) === 'failed') return;
    for (let isCurrent = false, hasChanged = true; (hasChanged || !isCurrent) && !this.#hasStopped;) {
      const sentAt = this.#now();
      isCurrent = await this.#heartbeat(connection);
      const result = await this.#catchUp(connection);
      if (result === 'failed') return;
      hasChanged = result === 'applied';
      if (isCurrent) this.#startLease(sentAt);
    }
    if (this.#now().monotonicMs - this.#prunedAtMs < pruneIntervalMs) return;
    this.#prunedAtMs = this.#now().monotonicMs;
    await connection.query(pruneSql);
  }

  async #heartbeat(connection: DirectConnection): Promise<boolean> {
    const { instance, handlers } = this.#options;
    const { revision, hash } = instance.status();
    const { id, hostname, pid, version } = instance;
    const values = [id, hostname, pid, version, revision, hash, JSON.stringify(handlers.applied)];
    const [row] = await connection.query<{ isCurrent: boolean }>(heartbeatSql, values);
    return row?.isCurrent === true;
  }

  async #catchUp(connection: DirectConnection): Promise<CatchUpResult> {
    const { handlers } = this.#options;
    const before = handlers.applied;
    const [row] = await connection.query<{ versions: Versions; live: number }>(pollSql);
    this.#live = row?.live ?? 0;
    return handlers.catchUp(row?.versions ?? {}, before);
  }

  async #connect(): Promise<DirectConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = await this.#options.db.direct({
      name: 'cluster',
      timeoutMs: queryTimeoutMs,
      onNotification: () => void this.#schedulePoll(true),
      onEnd: () => {
        if (this.#connection === connection) this.#connection = undefined;
      },
    });
    try {
      await connection.query(listenSql);
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.#connection = connection;
    return connection;
  }

  #startLease(from: Moment): void {
    const silentMs = Math.round(from.monotonicMs - this.#leaseFrom.monotonicMs);
    const wasLost = !this.#hasContact || (this.#leaseFrom !== never && silentMs > leaseMs);
    this.#hasContact = true;
    this.#leaseFrom = from;
    if (wasLost) {
      this.#options.log.info(
        { event: 'cluster.contact_restored', silent_ms: silentMs },
        'contact with other instances restored',
      );
    }
  }

  #loseContact(error: unknown): void {
    if (this.#hasContact) {
      const leftMs = Math.round(this.leaseRemainingMs);
      this.#options.log.warn(
        { event: 'cluster.contact_lost', err: error, trust_left_ms: leftMs },
        `lost contact with other instances; local caches expire in ${(leftMs / 1000).toFixed(1)} s`,
      );
    }
    this.#hasContact = false;
    this.#live = 0;
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime() };
  }
}
