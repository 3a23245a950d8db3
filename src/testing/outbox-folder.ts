import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mailbox, Person, ReceivedMail } from './types.js';

/** The emails in the directory of the outbox transport, oldest first, with their files. */
export const readOutbox = (folder: string): { readonly file: string; readonly mail: ReceivedMail }[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
    .map((file) => ({ file, mail: JSON.parse(readFileSync(file, 'utf8')) as ReceivedMail }));

const defaultTimeoutMs = 5_000;
const pollMs = 3;

/** Reads the emails that the service has written to its outbox directory. */
export class OutboxMailbox implements Mailbox {
  readonly #read = new Set<string>();

  constructor(private readonly folder: string) {}

  async next(
    to: string | Pick<Person, 'email'>,
    { timeoutMs = defaultTimeoutMs }: { readonly timeoutMs?: number } = {},
  ): Promise<ReceivedMail> {
    const address = typeof to === 'string' ? to : (to as Partial<typeof to> | null)?.email;
    if (address === null || address === undefined) throw new Error('the account has no email address');
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#unread().find(({ mail }) => mail.to.toLowerCase() === address.toLowerCase());
      if (found !== undefined) {
        this.#read.add(found.file);
        return found.mail;
      }
      if (performance.now() > deadline) throw new Error(this.#missing(address, timeoutMs));
      await pause(pollMs);
    }
  }

  #unread(): { readonly file: string; readonly mail: ReceivedMail }[] {
    return readOutbox(this.folder).filter(({ file }) => !this.#read.has(file));
  }

  #missing(address: string, timeoutMs: number): string {
    const others = this.#unread().map(({ mail }) => `"${mail.subject}" to ${mail.to}`);
    const rest = others.length === 0 ? 'there are no unread emails' : `unread emails: ${others.join(', ')}`;
    return `no email to ${address} arrived within ${String(timeoutMs)} ms; ${rest}`;
  }
}
