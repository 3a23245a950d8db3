import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../config/settings.js';
import type { PreparedChange } from '../config/subscribers.js';
import { clientName } from './client-name.js';
import { folderTransport } from './folder.js';
import { smtpTransport } from './smtp.js';
import type { MailTransport, OutboundMail } from './transport.js';

/** What the transport is made from. */
const transportSettings = (settings: Settings) => {
  const { transport, outboxDir, smtp } = settings.mail;
  return { transport, outboxDir, smtp: { ...smtp, name: clientName(settings) } };
};

const makeTransport = (settings: Settings): MailTransport => {
  const { transport, outboxDir, smtp } = transportSettings(settings);
  if (transport === 'outbox') return folderTransport(outboxDir);
  const { host, ...rest } = smtp;
  // The rules of the configuration have seen to it.
  if (host === null) throw new TypeError('mail.smtp.host is missing');
  return smtpTransport({ ...rest, host });
};

/** Holds the transport in force, and changes it while the service runs: a mail under way ends on the one it began with. */
export class PostOffice {
  #transport: MailTransport;
  #changes = 0;

  constructor(settings: Settings) {
    this.#transport = makeTransport(settings);
  }

  /** How often the transport has been replaced. */
  get changes(): number {
    return this.#changes;
  }

  /** Where mail goes now. */
  get description(): string {
    return this.#transport.description;
  }

  /** Hands a mail over; see MailTransport. */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void> {
    return this.#transport.send(mail, signal);
  }

  /** Tries whether mail could be handed over now; see MailTransport. */
  probe(): Promise<void> {
    return this.#transport.probe();
  }

  /**
   * Prepares the transport of settings that are about to come into force.
   * @returns nothing when they leave the transport as it is
   * @throws {DeliveryError} when mail could not be handed to the new one
   */
  async prepare(next: Settings, previous: Settings): Promise<PreparedChange | undefined> {
    if (isDeepStrictEqual(transportSettings(next), transportSettings(previous))) return undefined;
    const [old, made] = [this.#transport, makeTransport(next)];
    await made.probe();
    return {
      commit: () => {
        this.#transport = made;
        this.#changes += 1;
      },
      undo: () => {
        this.#transport = old;
      },
    };
  }
}
