/**
 * Why an email was not sent. The first three are final for that email (RFC 5321, section 4.2.1: a 5yz reply to the
 * recipient or the message); the others may be temporary or need an operator.
 */
export type DeliveryErrorReason =
  | 'recipient_refused'
  | 'message_refused'
  | 'bad_address'
  | 'sender_refused'
  | 'login_refused'
  | 'deferred'
  | 'unreachable'
  | 'timeout'
  | 'tls_failed'
  | 'interrupted'
  | 'folder_failed'
  | 'failed';

const finalReasons: ReadonlySet<DeliveryErrorReason> = new Set(['recipient_refused', 'message_refused', 'bad_address']);

/**
 * An email that was not sent. The message is for operators and contains neither addresses nor text of the mail server.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** The sanitized reply of the mail server; null without a reply. */
  readonly reply: string | null;

  constructor(
    readonly reason: DeliveryErrorReason,
    message: string,
    options: ErrorOptions & { readonly reply?: string | null } = {},
  ) {
    super(message, options);
    this.reply = options.reply ?? null;
  }

  /** Whether further attempts would fail in the same way. */
  get isFinal(): boolean {
    return finalReasons.has(this.reason);
  }
}
