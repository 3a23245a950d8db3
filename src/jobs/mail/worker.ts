import { setTimeout as pause } from 'node:timers/promises';
import { OutgoingMail } from '../../models/outgoing-mail.js';
import { deliver, type DeliveryContext } from './deliver.js';
import { MailOutage } from './outage.js';

/** Mails that are carried out at the same time. */
const slots = 8;

/** For how long a claimed mail is left to its worker, in milliseconds; renewed while the worker lives. */
const leaseMs = 15_000;
const renewMs = 5000;

/** Between two attempts to record the result of a mail. */
const settleRetryMs = 250;

/**
 * Between two counts of the outbox, while mails are under way and while none is. A count takes the longer the fuller the
 * outbox is, so the next one also waits this many times as long as the last one took.
 */
const depthMs = { busy: 5000, idle: 500 } as const;
const depthPauses = 5;

/** A mail that is being carried out. */
interface Held {
  readonly mail: OutgoingMail;
  readonly interrupt: AbortController;
  readonly done: Promise<void>;
}

/**
 * Sends the mail of the outbox. Any number of workers share one outbox: each mail is claimed by one of them, under a
 * lease that ends soon after its worker does. A claim is only given up early in an orderly stop, so a mail is handed over
 * once unless a worker is killed in the moment between the hand-over and its record; a receiver knows such a repetition
 * by its Message-ID.
 */
export class MailWorker {
  readonly #parts: DeliveryContext;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isRung = false;
  #isStopping = false;
  /** When the outbox could not be read any more. */
  #cutOffAtMs: number | null = null;
  #depthDueMs = Number.NEGATIVE_INFINITY;
  #depthAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Omit<DeliveryContext, 'outage'>) {
    this.#parts = { ...parts, outage: new MailOutage(parts.services, parts.mailer) };
  }

  /** Begins to look for mail, now and at every `mail.pollInterval`. */
  start(): void {
    this.#heartbeat = setInterval(() => {
      void this.#renew();
      // Polls may be far apart; a failure is reported by the next one.
      void this.#observe().catch(() => undefined);
    }, renewMs).unref();
    this.wake();
  }

  /** Looks for mail now, if there is room for any. */
  wake(): void {
    if (this.#isStopping) return;
    this.#isRung = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      this.#schedule();
    });
  }

  /**
   * Takes no more mail, and lets what is under way end.
   * @param graceMs after so many milliseconds it is broken off and goes back into the queue
   */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#looking;
    const held = [...this.#held.values()];
    const deadline = setTimeout(() => {
      for (const { interrupt } of held) interrupt.abort();
    }, graceMs);
    await Promise.all(held.map(({ done }) => done));
    clearTimeout(deadline);
    clearInterval(this.#heartbeat);
  }

  #schedule(): void {
    if (this.#isStopping) return;
    clearTimeout(this.#timer);
    const { services, outage } = this.#parts;
    // Without a free slot there is no probe; the end of a delivery rings.
    const probeInMs = (this.#held.size < slots ? outage.probeInMs : null) ?? Infinity;
    const waitMs = this.#isRung ? 0 : Math.min(services.config.current.mail.pollInterval, probeInMs);
    this.#timer = setTimeout(() => {
      this.wake();
    }, waitMs).unref();
  }

  /** Fills the free slots, and again if the bell rang in the meantime. */
  async #look(): Promise<void> {
    const { services } = this.#parts;
    try {
      while (this.#isRung && !this.#isStopping) {
        this.#isRung = false;
        const free = slots - this.#held.size;
        const limit = free <= 0 ? 0 : await this.#parts.outage.admits(free, this.#held.size === 0);
        if (limit === 0) break;
        const claimed = await OutgoingMail.lease(services.db.knex, { limit, leaseMs, now: services.clock.now() });
        for (const mail of claimed) this.#take(mail);
      }
      await this.#observe();
      if (this.#cutOffAtMs !== null) {
        const outageMs = Math.round(services.clock.monotonicMs() - this.#cutOffAtMs);
        services.log.info({ event: 'mail.outbox_reachable', outage_ms: outageMs }, 'outbox reachable again');
      }
      this.#cutOffAtMs = null;
    } catch (error) {
      if (this.#cutOffAtMs === null) {
        services.log.warn({ event: 'mail.outbox_unreachable', err: error }, 'outbox unreachable; mail is delayed');
      }
      this.#cutOffAtMs ??= services.clock.monotonicMs();
    }
  }

  #take(mail: OutgoingMail): void {
    const interrupt = new AbortController();
    const done = this.#carryOut(mail, interrupt.signal).finally(() => {
      this.#held.delete(mail.id);
      this.wake();
    });
    this.#held.set(mail.id, { mail, interrupt, done });
  }

  async #carryOut(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const { log } = this.#parts.services;
    const settle = await deliver(this.#parts, mail, signal);
    for (let isWarned = false; ; isWarned = true) {
      try {
        const isOurs = await settle();
        if (!isOurs) {
          log.warn(
            { event: 'mail.claim_lost', mail_id: mail.id },
            'mail was removed or claimed by another worker while it was being sent',
          );
        }
        return;
      } catch (error) {
        if (!isWarned) {
          log.warn(
            { event: 'mail.result_not_recorded', err: error, mail_id: mail.id },
            'mail result could not be recorded; retrying',
          );
        }
        if (signal.aborted) return;
        await pause(settleRetryMs);
      }
    }
  }

  async #renew(): Promise<void> {
    const { services } = this.#parts;
    const mails = [...this.#held.values()].map(({ mail }) => mail);
    if (mails.length === 0) return;
    // A renewal that fails is made up for by the next one: the lease outlives two of them.
    await OutgoingMail.renewLeases(services.db.knex, mails, leaseMs).catch((error: unknown) => {
      services.log.debug({ event: 'mail.lease_not_renewed', err: error }, 'mail lease could not be renewed');
    });
  }

  async #observe(): Promise<void> {
    const { services, metrics } = this.#parts;
    const startMs = services.clock.monotonicMs();
    const pauseMs = this.#held.size === 0 ? depthMs.idle : depthMs.busy;
    if (startMs < this.#depthAtMs + pauseMs || startMs < this.#depthDueMs) return;
    this.#depthAtMs = startMs;
    metrics.depth(await OutgoingMail.depth(services.db.knex), services.clock.now());
    this.#depthDueMs = startMs + (services.clock.monotonicMs() - startMs) * depthPauses;
  }
}
