import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from './delivery-error.js';
import type { MailTransport, OutboundMail } from './transport.js';

const failure = (folder: string, error: unknown): DeliveryError => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new DeliveryError('folder_failed', `cannot write to ${folder} (${code})`, { cause: error });
};

/** The distinct links of a text in order, without the punctuation that follows them. */
export const linksIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/https?:\/\/[^\s<>"'()]+/g)].map(([link]) => link.replace(/[.,;:!?]+$/, ''))),
];

/** The name sorts by the time of the request. It is the same at each attempt, so that a retry replaces the file. */
const fileName = ({ date, messageId }: OutboundMail): string =>
  `${date.toISOString().replaceAll(/[-:.]/g, '')}-${messageId.replaceAll(/^<|@.*$/g, '')}.json`;

/**
 * The outbox for development: each email becomes one JSON file
 * `{to, subject, text, html, links, from, message_id}`, written atomically. A missing directory is created with
 * access for its owner only, because the links in the emails log in.
 */
export const folderTransport = (folder: string): MailTransport => ({
  description: folder,

  async send(mail: OutboundMail): Promise<void> {
    const { from, to, subject, text, html, messageId } = mail;
    const content = { to, subject, text, html, links: linksIn(text), from, message_id: messageId };
    const draft = join(folder, `.${randomBytes(8).toString('hex')}.draft`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(draft, join(folder, fileName(mail)));
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw failure(folder, error);
    }
  },

  async probe(): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw failure(folder, error);
    }
  },
});
