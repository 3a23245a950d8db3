import type { Mailbox } from '../config/schema/mailbox.js';

/** A mail as it leaves the service. Subject and addresses hold no line break. */
export interface OutboundMail {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets; the same at each attempt, so that a receiver can tell a repetition (RFC 5322, section 3.6.4). */
  readonly messageId: string;
  /** When the mail was asked for. */
  readonly date: Date;
}

/** A way out of the service. */
export interface MailTransport {
  /** Where it leads, without secrets, for log lines. */
  readonly description: string;
  /**
   * Hands a mail over; resolves when the other side has taken responsibility for it.
   * @throws {DeliveryError} when it has not, or has not said so
   */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void>;
  /**
   * Tries whether mail could be handed over now, without sending any.
   * @throws {DeliveryError} when it could not
   */
  probe(): Promise<void>;
}
