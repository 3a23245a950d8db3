import type { Mailbox } from '../config/schema/network-formats.js';

/** An email that is ready to be sent. Its subject and addresses contain no line breaks. */
export interface OutboundMail {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets. The same at each attempt, so that receivers can detect duplicates (RFC 5322, section 3.6.4). */
  readonly messageId: string;
  /** When the email was requested. */
  readonly date: Date;
}

/** A way to send mail. */
export interface MailTransport {
  /** The destination without secrets, for logs. */
  readonly description: string;
  /**
   * Sends an email; resolves when the receiver has accepted responsibility for it.
   * @throws {DeliveryError} if the receiver has not accepted the email, or not confirmed it
   */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void>;
  /**
   * Tests whether mail can be sent, without sending any.
   * @throws {DeliveryError} if it cannot
   */
  probe(): Promise<void>;
}
