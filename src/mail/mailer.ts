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
  // The validation of the configuration guarantees a host.
  if (host === null) throw new TypeError('mail.smtp.host is missing');
  return smtpTransport({ ...rest, host });
};

/** The active transport. It can change while the service runs; an email that is being sent stays on its transport. */
export class Mailer {
  #transport: MailTransport;
  #changes = 0;

  constructor(settings: Settings) {
    this.#transport = makeTransport(settings);
  }

  /** The number of times that the transport was replaced. */
  get changes(): number {
    return this.#changes;
  }

  /** The destination of mail, for logs. */
  get description(): string {
    return this.#transport.description;
  }

  /** Sends an email; see `MailTransport.send`. */
  send(mail: OutboundMail, signal: AbortSignal): Promise<void> {
    return this.#transport.send(mail, signal);
  }

  /** Tests the transport; see `MailTransport.probe`. */
  probe(): Promise<void> {
    return this.#transport.probe();
  }

  /**
   * Prepares the transport of the next settings.
   * @returns undefined if the transport does not change
   * @throws {DeliveryError} if the new transport does not work
   */
  async prepare(next: Settings, previous: Settings): Promise<PreparedChange | undefined> {
    if (isDeepStrictEqual(transportSettings(next), transportSettings(previous))) return undefined;
    const [old, created] = [this.#transport, makeTransport(next)];
    await created.probe();
    return {
      commit: () => {
        this.#transport = created;
        this.#changes += 1;
      },
      undo: () => {
        this.#transport = old;
      },
    };
  }
}
