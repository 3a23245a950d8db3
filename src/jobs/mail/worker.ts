import { setTimeout as pause } from 'node:timers/promises';
import { OutgoingMail } from '../../models/mail/outgoing-mail.js';
import { deliver, type DeliveryContext } from './deliver.js';
import { schedule, type Schedule } from '../schedule.js';
import { MailOutage } from './outage.js';

/** Number of emails that are sent at the same time. */
const concurrency = 8;

/** Duration of the lease on an email, and how often it is renewed while the email is being sent, in milliseconds. */
const leaseMs = 15_000;
const renewMs = 5000;

/** Wait before another attempt to record the result of an email, in milliseconds. */
const recordRetryMs = 250;

/**
 * Shortest wait between two counts of the outbox, in milliseconds, while emails are being sent and while none is. The
 * wait is also at least `depthPauseFactor` times the duration of the last count, which grows with the outbox.
 */
const depthMs = { busy: 5000, idle: 500 } as const;
const depthPauseFactor = 5;

/** An email that is being sent. */
interface MailInFlight {
  readonly mail: OutgoingMail;
  readonly interrupt: AbortController;
  readonly done: Promise<void>;
}

/**
 * Sends the emails of the outbox. Any number of workers share an outbox: a worker leases an email, and another worker
 * takes over soon after the first one dies. A shutdown returns leases early. So an email is sent once, unless a worker
 * is killed after it has sent the email and before it has recorded that; receivers can detect the duplicate by its
 * Message-ID.
 */
export class MailWorker {
  readonly #context: DeliveryContext;
  readonly #inFlight = new Map<string, MailInFlight>();
  #delivery: Schedule | undefined;
  #renewal: Schedule | undefined;
  #depthDueMs = Number.NEGATIVE_INFINITY;
  #depthAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: Omit<DeliveryContext, 'outage'>) {
    this.#context = { ...context, outage: new MailOutage(context.services, context.mailer) };
  }

  /** Starts to send mail: now, at every `mail.pollInterval`, and when it is woken. */
  start(): void {
    const { services, outage } = this.#context;
    const { config, log } = services;
    this.#delivery = schedule(
      {
        name: 'mail_delivery',
        intervalMs: () => {
          // The end of a delivery wakes the job, so no probe is needed while all slots are in use.
          const probeInMs = (this.#inFlight.size < concurrency ? outage.probeInMs : null) ?? Infinity;
          return Math.min(config.current.mail.pollInterval, probeInMs);
        },
        runsAtStart: true,
        run: () => this.#sendDueMail(),
        onFailure(error, failures) {
          if (failures > 1) return;
          log.warn({ event: 'mail.outbox_unreachable', err: error }, 'outbox unreachable; mail is delayed');
        },
        onRecovery(outageMs) {
          log.info({ event: 'mail.outbox_reachable', outage_ms: outageMs }, 'outbox reachable again');
        },
      },
      services,
    );
    this.#renewal = schedule(
      {
        name: 'mail_leases',
        intervalMs: () => renewMs,
        run: () => this.#renewLeases(),
        onFailure(error) {
          // The lease is longer than two intervals.
          log.debug({ event: 'mail.lease_not_renewed', err: error }, 'mail lease could not be renewed');
        },
      },
      services,
    );
  }

  /** Checks the outbox now. */
  wake(): void {
    this.#delivery?.wake();
  }

  /**
   * Stops: leases no more email and waits for the emails in flight.
   * @param graceMs milliseconds after which their delivery is aborted and they return to the queue
   */
  async stop(graceMs: number): Promise<void> {
    await this.#delivery?.stop();
    const mails = [...this.#inFlight.values()];
    const deadline = setTimeout(() => {
      for (const { interrupt } of mails) interrupt.abort();
    }, graceMs);
    await Promise.all(mails.map(({ done }) => done));
    clearTimeout(deadline);
    await this.#renewal?.stop();
  }

  async #sendDueMail(): Promise<void> {
    const { services, outage } = this.#context;
    const free = concurrency - this.#inFlight.size;
    const limit = free <= 0 ? 0 : await outage.limit(free, this.#inFlight.size === 0);
    if (limit > 0) {
      const mails = await OutgoingMail.lease(services.db.knex, { limit, leaseMs, now: services.clock.now() });
      for (const mail of mails) this.#send(mail);
    }
    await this.#updateMetrics();
  }

  #send(mail: OutgoingMail): void {
    const interrupt = new AbortController();
    const done = this.#deliver(mail, interrupt.signal).finally(() => {
      this.#inFlight.delete(mail.id);
      this.wake();
    });
    this.#inFlight.set(mail.id, { mail, interrupt, done });
  }

  async #deliver(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const { log } = this.#context.services;
    const recordResult = await deliver(this.#context, mail, signal);
    for (let isWarned = false; ; isWarned = true) {
      try {
        const isLeased = await recordResult();
        if (!isLeased) {
          log.warn(
            { event: 'mail.claim_lost', mail_id: mail.id },
            'email was removed or claimed by another worker while it was being sent',
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
        await pause(recordRetryMs);
      }
    }
  }

  async #renewLeases(): Promise<void> {
    const mails = [...this.#inFlight.values()].map(({ mail }) => mail);
    if (mails.length > 0) await OutgoingMail.renewLeases(this.#context.services.db.knex, mails, leaseMs);
    await this.#updateMetrics();
  }

  async #updateMetrics(): Promise<void> {
    const { services, metrics } = this.#context;
    const startMs = services.clock.monotonicMs();
    const pauseMs = this.#inFlight.size === 0 ? depthMs.idle : depthMs.busy;
    if (startMs < this.#depthAtMs + pauseMs || startMs < this.#depthDueMs) return;
    this.#depthAtMs = startMs;
    metrics.depth(await OutgoingMail.depth(services.db.knex), services.clock.now());
    this.#depthDueMs = startMs + (services.clock.monotonicMs() - startMs) * depthPauseFactor;
  }
}
