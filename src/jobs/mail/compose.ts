import type { Transaction } from '../../database/database.js';
import { AuditEvent } from '../../models/audit-event.js';
import { lockActiveAccount } from '../../models/account-lifecycle.js';
import { OneTimeToken, type TokenPurpose } from '../../models/one-time-token.js';
import type { MailKind, OutgoingMail } from '../../models/outgoing-mail.js';
import { User } from '../../models/user.js';
import { findByVerifiedEmail, isEmailOf, isSameEmail, unverifiedEmail } from '../../models/verified-email.js';
import type { Services } from '../../services.js';
import { formatDuration } from '../../format-duration.js';

/** A mail that is ready for its template. */
export interface ComposedMail {
  readonly to: string;
  readonly kind: MailKind;
  /** What templates may name: `link`, `username` and `expires_in` for all kinds that carry a token. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Whether a mail may go to an address now; counts it (`rateLimit.mail`) in the transaction that makes the mail. */
export type QuotaCheck = (trx: Transaction, address: string) => Promise<boolean>;

/** One composition: what it may use, and the transaction in which the token is issued. */
interface Composition {
  readonly services: Services;
  readonly trx: Transaction;
  readonly mail: OutgoingMail;
  readonly now: Date;
  /** Asked before a token is issued: a mail that is not sent must not void the link of the one before. */
  readonly isWithinQuota: QuotaCheck;
}

/** The recipient of a link; without an account, the address is used as the name. */
interface Recipient {
  readonly userId: string | null;
  readonly address: string;
  readonly username: string;
}

/** Finds whom a mail is for and makes its token; null when there is nobody to send it to. */
type Composer = (composition: Composition) => Promise<ComposedMail | null>;

/** The pages that links lead to; the token is in the fragment, which browsers do not send to servers. */
const pages: Readonly<Record<TokenPurpose, string>> = {
  password_reset: '/reset-password',
  email_verification: '/verify-email',
  magic_link: '/magic-link',
};

const lifetimeOf = ({ config }: Services, purpose: TokenPurpose): number => {
  const { passwordReset, emailVerification, magicLink } = config.current.auth;
  return { password_reset: passwordReset, email_verification: emailVerification, magic_link: magicLink }[purpose].ttl;
};

/** Issues the token and writes the link; a repeat after a failed delivery voids the token of the attempt before. */
const withLink = async (
  { services, trx, mail, now, isWithinQuota }: Composition,
  purpose: TokenPurpose,
  { userId, address, username }: Recipient,
): Promise<ComposedMail | null> => {
  if (!(await isWithinQuota(trx, address))) return null;
  const ttl = lifetimeOf(services, purpose);
  const issued = await OneTimeToken.issueInOrder(trx, { purpose, userId, address, ttl, now, mailId: mail.id });
  // A link that was asked for later is out already; this one would void it.
  if (issued === null) return null;
  const link = `${services.publicUrl()}${pages[purpose]}#token=${issued.token}`;
  return { to: address, kind: purpose, variables: { link, username, expires_in: formatDuration(ttl) } };
};

/** The account of an address or name, locked, with its verified address. */
const lockReachable = async (
  { trx, now }: Composition,
  userId: string | null | undefined,
): Promise<{ user: User; recipient: Recipient } | undefined> => {
  const user = userId ? await lockActiveAccount(trx, userId, now) : undefined;
  if (user?.emailVerified !== true || user.email === null) return undefined;
  return { user, recipient: { userId: user.id, address: user.email, username: user.username } };
};

const passwordReset: Composer = async (composition) => {
  const { trx, mail } = composition;
  const found = await User.findByLogin(trx, mail.address ?? '');
  const reachable = await lockReachable(composition, found?.id);
  if (!reachable) return null;
  if (await mail.mark(trx, 'audited')) {
    const actor = { actorId: null, requestMetadata: mail.requestMetadata };
    await AuditEvent.record(trx, 'user.password_reset_requested', actor, { subjectId: reachable.user.id });
  }
  return withLink(composition, 'password_reset', reachable.recipient);
};

const emailVerification: Composer = async (composition) => {
  const { trx, mail, now } = composition;
  const user = mail.userId === null ? undefined : await lockActiveAccount(trx, mail.userId, now);
  const address = user && unverifiedEmail(user);
  if (!user || !address || !isSameEmail(address, mail.address)) return null;
  return withLink(composition, 'email_verification', { userId: user.id, address, username: user.username });
};

/** An address that nobody has verified gets a link too, while registration is open: its owner may open an account. */
const magicLink: Composer = async (composition) => {
  const { services, trx, mail } = composition;
  const address = mail.address ?? '';
  const found = await findByVerifiedEmail(trx, address);
  if (!found && !services.config.current.registration.open) return null;
  if (!found) return withLink(composition, 'magic_link', { userId: null, address, username: address });
  const reachable = await lockReachable(composition, found.id);
  return reachable && isEmailOf(reachable.user, address)
    ? withLink(composition, 'magic_link', reachable.recipient)
    : null;
};

/** Tells somebody that an account which is not used will be deleted; the details that were left are its variables. */
const inactiveWarning: Composer = async (composition) => {
  const { services, trx, mail, isWithinQuota } = composition;
  const reachable = await lockReachable(composition, mail.userId);
  if (!reachable || !(await isWithinQuota(trx, reachable.recipient.address))) return null;
  const { address, username } = reachable.recipient;
  const details = Object.entries(mail.details).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string';
  });
  const variables = { ...Object.fromEntries(details), link: services.publicUrl(), username };
  return { to: address, kind: mail.kind, variables };
};

/** A notice goes to the address that was verified when the change was made, whatever the account is now. */
const notice: Composer = async ({ services, trx, mail }) => {
  const user = mail.userId === null ? undefined : await User.findAccount(trx, mail.userId);
  if (!user || mail.address === null) return null;
  return { to: mail.address, kind: mail.kind, variables: { link: services.publicUrl(), username: user.username } };
};

const composers: Readonly<Record<MailKind, Composer>> = {
  password_reset: passwordReset,
  email_verification: emailVerification,
  magic_link: magicLink,
  inactive_warning: inactiveWarning,
  email_change_requested: notice,
  email_changed: notice,
  password_changed: notice,
  account_claimed: notice,
};

/**
 * Makes a mail out of its row in the outbox: finds the account as it is now, issues the token, builds the link from
 * `server.publicUrl`. Only addresses that were verified get mail, but for their verification and login links.
 * @returns null when there is nobody to send it to: unknown (a login link: only while registration is closed), blocked,
 * deleted, without a verified address, or with another address by now; and when the quota of the address is used up
 */
export const composeMail = (
  services: Services,
  mail: OutgoingMail,
  isWithinQuota: QuotaCheck = () => Promise.resolve(true),
): Promise<ComposedMail | null> =>
  services.db.transaction((trx) =>
    composers[mail.kind]({ services, trx, mail, now: services.clock.now(), isWithinQuota }),
  );
