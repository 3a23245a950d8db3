import { DeliveryError, type DeliveryErrorReason } from '../../mail/delivery-error.js';
import type { Mailer } from '../../mail/mailer.js';
import type { Services } from '../../services.js';

/** Wait between two probes of a transport that is down, in milliseconds; it doubles. */
const probeMs = { first: 1000, longest: 30_000 } as const;

/** Errors that may affect every email. */
const transportErrors: ReadonlySet<DeliveryErrorReason> = new Set([
  'unreachable',
  'timeout',
  'tls_failed',
  'login_refused',
  'folder_failed',
]);

/** Whether a failed delivery shows that the transport works: the mail server replied to the email. */
export const isTransportResponse = (error: unknown): boolean =>
  error instanceof DeliveryError && !transportErrors.has(error.reason) && error.reply !== null;

interface Outage {
  readonly sinceMs: number;
  /** `Mailer.changes` at the last probe: a new transport is probed immediately. */
  readonly changes: number;
  readonly pauseMs: number;
  readonly nextProbeMs: number;
  /** Whether the last probe timed out. Single emails are then sent as further probes. */
  readonly isSlow: boolean;
}

/**
 * Detects that the mail transport is down. The queue is then paused without using up delivery attempts, and the transport is
 * probed until it works again. The start and the end of an outage are each logged once.
 */
export class MailOutage {
  #outage: Outage | null = null;
  #probing: Promise<boolean> | null = null;

  constructor(
    private readonly services: Pick<Services, 'clock' | 'log'>,
    private readonly mailer: Mailer,
  ) {}

  /** Milliseconds until the next probe; null without an outage. */
  get probeInMs(): number | null {
    return this.#outage === null ? null : Math.max(0, this.#outage.nextProbeMs - this.services.clock.monotonicMs());
  }

  /** Whether there is an outage and the last probe timed out. */
  get isSlow(): boolean {
    return this.#outage?.isSlow === true;
  }

  /**
   * Detects an outage after a failed delivery: probes the transport unless an outage is known.
   * @returns whether the outage, and not this email, is the reason for the failure
   */
  async detect(error: unknown): Promise<boolean> {
    if (!(error instanceof DeliveryError) || !transportErrors.has(error.reason)) return false;
    // A slow server may have accepted the email, so the number of attempts must stay limited.
    if (this.#outage !== null) return !(this.isSlow && error.reason === 'timeout');
    return !(await this.#probe());
  }

  /**
   * Probes the transport if a probe is due.
   * @param isIdle whether no email is being sent
   * @returns how many of `mails` may be sent now. A probe has a shorter timeout than an email, so a single email is
   * sent after a probe that timed out
   */
  async limit(mails: number, isIdle: boolean): Promise<number> {
    if (this.#outage === null) return mails;
    const isNewTransport = this.mailer.changes !== this.#outage.changes;
    if (!isNewTransport && this.services.clock.monotonicMs() < this.#outage.nextProbeMs) return 0;
    if (await this.#probe()) return mails;
    return this.isSlow && isIdle ? 1 : 0;
  }

  /** Records that the transport has responded, which ends an outage. */
  recordResponse(): void {
    if (this.#outage === null) return;
    const outageMs = Math.round(this.services.clock.monotonicMs() - this.#outage.sinceMs);
    this.#outage = null;
    this.services.log.info(
      { event: 'mail.transport_available', transport: this.mailer.description, outage_ms: outageMs },
      'mail transport available again; mail queue resumed',
    );
  }

  /** Concurrent callers share one probe. */
  #probe(): Promise<boolean> {
    this.#probing ??= this.#runProbe().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #runProbe(): Promise<boolean> {
    try {
      await this.mailer.probe();
      this.recordResponse();
      return true;
    } catch (error) {
      this.#recordFailedProbe(error);
      return false;
    }
  }

  #recordFailedProbe(error: unknown): void {
    const now = this.services.clock.monotonicMs();
    const { changes, description: transport } = this.mailer;
    const isSlow = error instanceof DeliveryError && error.reason === 'timeout';
    if (this.#outage !== null) {
      const pauseMs = Math.min(this.#outage.pauseMs * 2, probeMs.longest);
      this.#outage = { ...this.#outage, changes, pauseMs, nextProbeMs: now + pauseMs, isSlow };
      return;
    }
    this.#outage = { sinceMs: now, changes, pauseMs: probeMs.first, nextProbeMs: now + probeMs.first, isSlow };
    const reason = error instanceof DeliveryError ? error.reason : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    this.services.log.warn(
      { event: 'mail.transport_unavailable', transport, reason },
      `mail transport unavailable; mail queue paused: ${message}`,
    );
  }
}
