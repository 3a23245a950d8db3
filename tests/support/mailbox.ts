import { OutgoingMail } from '../../src/models/mail/outgoing-mail.js';
import { composeMail, type ComposedMail } from '../../src/jobs/mail/compose.js';
import type { TestApp } from './test-app.js';

/**
 * Does what the mail worker does, but for the sending: claims what is due, composes it, settles it, until nothing is left.
 * An email is claimed only after earlier ones of its kind to the same person.
 */
export const deliver = async ({ services }: TestApp): Promise<ComposedMail[]> => {
  const { db, clock } = services;
  const composed: ComposedMail[] = [];
  const claim = () => OutgoingMail.lease(db.knex, { limit: 100, leaseMs: 60_000, now: clock.now() });
  for (let mails = await claim(); mails.length > 0; mails = await claim()) {
    for (const mail of mails) {
      const message = await composeMail(services, mail);
      if (message) {
        composed.push(message);
        await mail.complete(db.knex, clock.now());
      } else await mail.drop(db.knex, 'nobody');
    }
  }
  return composed;
};

const holdsToken = ({ variables }: ComposedMail): boolean => variables['link']?.includes('#token=') === true;

/** The token in the only email with a token that is due; notices hold none. */
export const tokenFromMail = async (app: TestApp): Promise<string> => {
  const mails = (await deliver(app)).filter(holdsToken);
  if (mails.length !== 1) throw new Error(`expected one email, found ${String(mails.length)}`);
  return tokenOf(mails[0]);
};

/** The token in a mail's link. */
export const tokenOf = (mail: ComposedMail | undefined): string => {
  const token = new URLSearchParams(new URL(mail?.variables['link'] ?? '').hash.slice(1)).get('token');
  if (token === null) throw new Error('the link does not contain a token');
  return token;
};
