import { DeliveryError, type DeliveryFault } from '../../mail/delivery-error.js';
import type { Mailer } from '../../mail/mailer.js';
import type { Services } from '../../services.js';

/** Between two probes of a mail server that is down, in milliseconds: the interval doubles. */
const probeMs = { first: 1000, longest: 30_000 } as const;

/** Faults that may mean that no mail at all can be sent. */
const faultsOfServers: ReadonlySet<DeliveryFault> = new Set([
  'unreachable',
  'timeout',
  'tls_failed',
  'login_refused',
  'folder_failed',
]);

/** An outage that goes on. */
interface Outage {
  readonly sinceMs: number;
  /** `changes` of the post office at the last probe: another transport is probed at once. */
  readonly changes: number;
  readonly pauseMs: number;
  readonly nextProbeMs: number;
  /** Whether the last probe took too long, so that single mails are sent to see. */
  readonly isSlow: boolean;
}

/**
 * Notices when the mail transport is down. The queue then pauses, no attempt of a mail is used up, and the transport is
 * probed until it works again. The log has one line for the beginning of an outage and one for its end.
 */
export class MailOutage {
  #outage: Outage | null = null;
  #probing: Promise<boolean> | null = null;

  constructor(
    private readonly services: Pick<Services, 'clock' | 'log'>,
    private readonly mailer: Mailer,
  ) {}

  /** Milliseconds until the next probe is due; null while there is no outage. */
  get probeInMs(): number | null {
    return this.#outage === null ? null : Math.max(0, this.#outage.nextProbeMs - this.services.clock.monotonicMs());
  }

  /** Whether there is an outage in which the last probe took too long. */
  get isSlow(): boolean {
    return this.#outage?.isSlow === true;
  }

  /** Whether a failed delivery is the fault of a transport that is down, rather than of this mail: a probe tells. */
  async explains(error: unknown): Promise<boolean> {
    if (!(error instanceof DeliveryError)) return false;
    if (!faultsOfServers.has(error.fault)) {
      if (error.reply !== null) this.answered();
      return false;
    }
    // A slow server may have accepted the mail before the time was over, so sending it again must have an end.
    if (this.#outage !== null) return !(this.isSlow && error.fault === 'timeout');
    return !(await this.#probe());
  }

  /**
   * How many mails may be sent now, of so many that could. During an outage, probes when a probe is due. A probe has less
   * time than a mail, so after one that took too long, a single mail is sent to see.
   */
  async admits(mails: number, isIdle: boolean): Promise<number> {
    if (this.#outage === null) return mails;
    const isOther = this.mailer.changes !== this.#outage.changes;
    if (!isOther && this.services.clock.monotonicMs() < this.#outage.nextProbeMs) return 0;
    if (await this.#probe()) return mails;
    return this.isSlow && isIdle ? 1 : 0;
  }

  /** To be called when the transport has answered: whatever it says, it works. */
  answered(): void {
    this.#end();
  }

  /** Deliveries that fail together share one probe. */
  #probe(): Promise<boolean> {
    this.#probing ??= this.#ask().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #ask(): Promise<boolean> {
    try {
      await this.mailer.probe();
      this.#end();
      return true;
    } catch (error) {
      this.#continue(error);
      return false;
    }
  }

  #continue(error: unknown): void {
    const now = this.services.clock.monotonicMs();
    const { changes, description: transport } = this.mailer;
    const isSlow = error instanceof DeliveryError && error.fault === 'timeout';
    if (this.#outage !== null) {
      const pauseMs = Math.min(this.#outage.pauseMs * 2, probeMs.longest);
      this.#outage = { ...this.#outage, changes, pauseMs, nextProbeMs: now + pauseMs, isSlow };
      return;
    }
    this.#outage = { sinceMs: now, changes, pauseMs: probeMs.first, nextProbeMs: now + probeMs.first, isSlow };
    const reason = error instanceof DeliveryError ? error.fault : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    this.services.log.warn(
      { event: 'mail.transport_unavailable', transport, reason },
      `mail transport unavailable; mail queue paused: ${message}`,
    );
  }

  #end(): void {
    if (this.#outage === null) return;
    const outageMs = Math.round(this.services.clock.monotonicMs() - this.#outage.sinceMs);
    this.#outage = null;
    this.services.log.info(
      { event: 'mail.transport_available', transport: this.mailer.description, outage_ms: outageMs },
      'mail transport available again; mail queue resumed',
    );
  }
}
