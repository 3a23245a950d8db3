import { randomUUID } from 'node:crypto';
import { parseMailbox } from '../config/schema/network-formats.js';
import type { Settings } from '../config/schema/schema.js';
import type { OutboundMail } from './transport.js';

const text = `This is a test mail from Rollcall.

It was sent by an operator to check the mail settings. No action is needed.
`;

/** An email that tests the settings. */
export const testMail = (settings: Settings, to: string, date: Date): OutboundMail => {
  const from = parseMailbox(settings.mail.from);
  if (from === null) throw new TypeError('mail.from is not a sender');
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  const html = `<p>${text.trim().replace('\n\n', '</p><p>')}</p>\n`;
  return { from, to, subject: 'Rollcall test email', text, html, messageId: `<${randomUUID()}@${domain}>`, date };
};
