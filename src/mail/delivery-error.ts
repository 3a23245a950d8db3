/**
 * Why a mail was not handed over. The first three are final for that mail (RFC 5321, section 4.2.1: a 5yz reply to the
 * recipient or the message); the others may pass, or end when an operator has mended something.
 */
export type DeliveryFault =
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

const finalFaults: ReadonlySet<DeliveryFault> = new Set(['recipient_refused', 'message_refused', 'bad_address']);

/** A mail that was not handed over. The message is for operators and holds neither addresses nor the other side's text. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  constructor(
    readonly fault: DeliveryFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether another attempt would end the same way. */
  get isFinal(): boolean {
    return finalFaults.has(this.fault);
  }
}
