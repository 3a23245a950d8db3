import type { Clock } from '../clock.js';
import type { Database } from '../database/database.js';
import type { DirectConnection } from '../database/direct-connection.js';
import type { Logger } from '../observability/logger.js';
import type { Acts, Versions } from './acts.js';
import { beatSql, leaseMs, leaveSql, listenSql, lookSql, pruneSql } from './statements.js';

/** An instance as the others see it. */
export interface Member {
  /** A UUID of this process. */
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  /** Of the software. */
  readonly version: string;
  /** Asked at each heartbeat: the configuration in force. */
  readonly status: () => { readonly revision: number | null; readonly hash: string };
}

/** What a membership is made from. */
export interface MembershipOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock: Clock;
  readonly acts: Acts;
  readonly member: Member;
}

/** A moment by both clocks: the monotonic one stands still while a machine is suspended, the other may be set. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Trust ends so much before the lease: clocks run apart by less, and a row keeps whole milliseconds. */
const marginMs = 200;

/** How often an instance says that it lives, and looks whether it has missed a notification. */
const beatMs = 500;

/** How long an answer of the database is waited for: two attempts fit into a lease. */
const answerMs = 1000;

/** How often dead rows are looked for. */
const pruneMs = 60_000;

const never: Moment = { monotonicMs: -Infinity, wallMs: -Infinity };

/**
 * The life of an instance among the others: it says that it lives, listens, looks, and knows until when it may trust
 * what it holds in memory. The order is what counts: the row with the lease is committed first, what has been announced
 * is read after it, and only then is memory trusted, from the time at which the row was sent. So a writer whose
 * announcement was not seen by that reading does see the row, and waits.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #connection: DirectConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isDue = false;
  #isNotified = false;
  #hasStopped = false;
  #hasContact = true;
  #trustedFrom = never;
  #prunedAtMs = -Infinity;
  #live = 0;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Joins; resolves after the first attempt, which may have failed: then it is repeated. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#wake(false), beatMs);
    this.#timer.unref();
    await this.#wake(false);
  }

  /** Leaves: the row goes, so that nobody waits for it. Memory is not trusted any more. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    this.#trustedFrom = never;
    clearInterval(this.#timer);
    await this.#looking;
    const connection = this.#connection;
    if (connection === undefined) return;
    await connection.query(leaveSql, [this.#options.member.id]).catch((error: unknown) => {
      this.#options.log.debug(
        { event: 'cluster.leave_failed', err: error },
        'could not remove this instance from the database; its lease will expire',
      );
    });
    await connection.close();
  }

  /** How long memory may still be trusted, in milliseconds; 0 when it may not. */
  get trustLeftMs(): number {
    const now = this.#now();
    const age = Math.max(
      now.monotonicMs - this.#trustedFrom.monotonicMs,
      // A clock that was set back says nothing; one that is ahead may have gone on while the machine slept.
      now.wallMs - this.#trustedFrom.wallMs,
    );
    return this.#hasStopped ? 0 : Math.max(0, leaseMs - marginMs - age);
  }

  /** How many instances held a lease when this one last looked, itself included. */
  get live(): number {
    return this.#live;
  }

  /** Looks, and looks again when that was asked for meanwhile; one look at a time. */
  #wake(isNotified: boolean): Promise<void> {
    this.#isDue = true;
    this.#isNotified ||= isNotified;
    this.#looking ??= this.#lookWhileDue().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookWhileDue(): Promise<void> {
    while (this.#isDue && !this.#hasStopped) {
      this.#isDue = false;
      try {
        await this.#look();
      } catch (error) {
        this.#lose(error);
      }
    }
  }

  async #look(): Promise<void> {
    const connection = await this.#connected();
    const isNotified = this.#isNotified;
    this.#isNotified = false;
    // After a notification somebody waits: act first, so that the first beat acknowledges.
    if (isNotified && (await this.#catchUp(connection)) === 'failed') return;
    for (let isCurrent = false, isNews = true; (isNews || !isCurrent) && !this.#hasStopped;) {
      const sentAt = this.#now();
      isCurrent = await this.#beat(connection);
      const outcome = await this.#catchUp(connection);
      if (outcome === 'failed') return;
      isNews = outcome === 'acted';
      if (isCurrent) this.#trust(sentAt);
    }
    if (this.#now().monotonicMs - this.#prunedAtMs < pruneMs) return;
    this.#prunedAtMs = this.#now().monotonicMs;
    await connection.query(pruneSql);
  }

  async #beat(connection: DirectConnection): Promise<boolean> {
    const { member, acts } = this.#options;
    const { revision, hash } = member.status();
    const { id, hostname, pid, version } = member;
    const values = [id, hostname, pid, version, revision, hash, JSON.stringify(acts.done)];
    const [row] = await connection.query<{ isCurrent: boolean }>(beatSql, values);
    return row?.isCurrent === true;
  }

  async #catchUp(connection: DirectConnection): ReturnType<Acts['catchUp']> {
    const before = this.#options.acts.done;
    const [row] = await connection.query<{ versions: Versions; live: number }>(lookSql);
    this.#live = row?.live ?? 0;
    return this.#options.acts.catchUp(row?.versions ?? {}, before);
  }

  async #connected(): Promise<DirectConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const opened = await this.#options.db.direct({
      name: 'cluster',
      timeoutMs: answerMs,
      onNotification: () => void this.#wake(true),
      onEnd: () => {
        if (this.#connection === opened) this.#connection = undefined;
      },
    });
    try {
      await opened.query(listenSql);
    } catch (error) {
      await opened.close();
      throw error;
    }
    this.#connection = opened;
    return opened;
  }

  #trust(from: Moment): void {
    const silentMs = Math.round(from.monotonicMs - this.#trustedFrom.monotonicMs);
    const wasLost = !this.#hasContact || (this.#trustedFrom !== never && silentMs > leaseMs);
    this.#hasContact = true;
    this.#trustedFrom = from;
    if (wasLost) {
      this.#options.log.info(
        { event: 'cluster.contact_restored', silent_ms: silentMs },
        'contact with other instances restored',
      );
    }
  }

  #lose(error: unknown): void {
    if (this.#hasContact) {
      const leftMs = Math.round(this.trustLeftMs);
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
