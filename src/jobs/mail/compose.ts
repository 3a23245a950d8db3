import type { Transaction } from '../../database/database.js';
import { AuditEvent } from '../../models/audit/audit-event.js';
import { lockActiveAccount } from '../../models/accounts/account-lifecycle.js';
import { OneTimeToken, type TokenPurpose } from '../../models/login/one-time-token.js';
import type { MailKind, OutgoingMail } from '../../models/mail/outgoing-mail.js';
import { User } from '../../models/accounts/user.js';
import { findByVerifiedEmail, isEmailOf, isSameEmail, unverifiedEmail } from '../../models/accounts/verified-email.js';
import type { Services } from '../../services.js';
import { formatDuration } from '../../format-duration.js';

/** Recipient and template variables of an email. */
export interface ComposedMail {
  readonly to: string;
  readonly kind: MailKind;
  /** Values for the template: `link`, `username` and `expires_in` for all kinds with a token. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Counts an email to an address against its quota (`rateLimit.mail`), in the transaction that composes the email. */
export type QuotaCheck = (trx: Transaction, address: string) => Promise<boolean>;

/** Context of a composition. The token is issued in `trx`. */
interface Composition {
  readonly services: Services;
  readonly trx: Transaction;
  readonly mail: OutgoingMail;
  readonly now: Date;
  /** Called before a token is issued, since an email that is not sent must not invalidate the previous link. */
  readonly isWithinQuota: QuotaCheck;
}

/** The recipient of a link; without an account, the address is used as the name. */
interface Recipient {
  readonly userId: string | null;
  readonly address: string;
  readonly username: string;
}

/** Finds the recipient and issues the token; null without a recipient. */
type Composer = (composition: Composition) => Promise<ComposedMail | null>;

/** The pages of links. The token is in the fragment, which browsers do not send to servers. */
const pages: Readonly<Record<TokenPurpose, string>> = {
  password_reset: '/reset-password',
  email_verification: '/verify-email',
  magic_link: '/magic-link',
};

const lifetimeOf = ({ config }: Services, purpose: TokenPurpose): number => {
  const { passwordReset, emailVerification, magicLink } = config.current.auth;
  return { password_reset: passwordReset, email_verification: emailVerification, magic_link: magicLink }[purpose].ttl;
};

/** Issues the token and creates the link. Each attempt invalidates the token of the previous one. */
const withLink = async (
  { services, trx, mail, now, isWithinQuota }: Composition,
  purpose: TokenPurpose,
  { userId, address, username }: Recipient,
): Promise<ComposedMail | null> => {
  if (!(await isWithinQuota(trx, address))) return null;
  const ttl = lifetimeOf(services, purpose);
  const issued = await OneTimeToken.issueInOrder(trx, { purpose, userId, address, ttl, now, mailId: mail.id });
  // A newer link has already been sent, which this one would invalidate.
  if (issued === null) return null;
  const link = `${services.publicUrl()}${pages[purpose]}#token=${issued.token}`;
  return { to: address, kind: purpose, variables: { link, username, expires_in: formatDuration(ttl) } };
};

/** Locks an active account with a verified address. */
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

/** While registration is open, unknown addresses get a link too, which creates an account. */
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

/** Warns about the deletion of an inactive account. The details of the email are its variables. */
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

/** A notice goes to the address that was verified when the change was made, regardless of later changes. */
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
 * Composes an email of the outbox: finds the current state of the account, issues the token and creates the link.
 * Except for verification and login links, only verified addresses get mail.
 * @returns null without a recipient: the account is unknown (for a login link: and registration is closed), blocked, deleted,
 * without a verified address or has a different address now; also if the quota of the address is used up
 */
export const composeMail = (
  services: Services,
  mail: OutgoingMail,
  isWithinQuota: QuotaCheck = () => Promise.resolve(true),
): Promise<ComposedMail | null> =>
  services.db.transaction((trx) =>
    composers[mail.kind]({ services, trx, mail, now: services.clock.now(), isWithinQuota }),
  );
