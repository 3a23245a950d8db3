import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../config/schema/schema.js';
import type { PreparedChange } from '../config/reload/subscribers.js';
import { ehloName } from './ehlo-name.js';
import { folderTransport } from './folder.js';
import { smtpTransport } from './smtp.js';
import type { MailTransport, OutboundMail } from './transport.js';

/** The settings of a transport. */
const transportSettings = (settings: Settings) => {
  const { transport, outboxDir, smtp } = settings.mail;
  return { transport, outboxDir, smtp: { ...smtp, name: ehloName(settings) } };
};

const makeTransport = (settings: Settings): MailTransport => {
  const { transport, outboxDir, smtp } = transportSettings(settings);
  if (transport === 'outbox') return folderTransport(outboxDir);
  const { host, ...rest } = smtp;
  // Guaranteed by the rules of the configuration.
  if (host === null) throw new TypeError('mail.smtp.host is missing');
  return smtpTransport({ ...rest, host });
};

/** The active transport. It can change while the service runs; a mail that is being sent stays on its transport. */
export class Mailer {
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

  /** Sends a mail; see MailTransport. */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void> {
    return this.#transport.send(mail, signal);
  }

  /** Tests whether mail could be sent now; see MailTransport. */
  probe(): Promise<void> {
    return this.#transport.probe();
  }

  /**
   * Prepares the transport of the next settings.
   * @returns undefined when the transport does not change
   * @throws {DeliveryError} when the new transport does not accept mail
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
