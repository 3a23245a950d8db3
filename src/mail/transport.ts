import type { Mailbox } from '../config/schema/network-formats.js';

/** A mail that is ready to be sent. Its subject and addresses contain no line breaks. */
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

/** A way to send mail. */
export interface MailTransport {
  /** Where it leads, without secrets, for log lines. */
  readonly description: string;
  /**
   * Sends a mail; resolves when the receiving side has accepted responsibility for it.
   * @throws {DeliveryError} when it has not, or not confirmed it
   */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void>;
  /**
   * Tests whether mail could be sent now, without sending any.
   * @throws {DeliveryError} when it could not
   */
  probe(): Promise<void>;
}
