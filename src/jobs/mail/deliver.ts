import { parseMailbox } from '../../config/schema/network-formats.js';
import { DeliveryError } from '../../mail/delivery-error.js';
import type { Mailer } from '../../mail/mailer.js';
import { renderMail } from '../../mail/render.js';
import type { OutboundMail } from '../../mail/transport.js';
import { MailQuota } from '../../models/mail/mail-quota.js';
import type { OutgoingMail } from '../../models/mail/outgoing-mail.js';
import { canonical } from '../../models/accounts/user.js';
import { findByVerifiedEmail } from '../../models/accounts/verified-email.js';
import type { Transaction } from '../../database/database.js';
import type { Services } from '../../services.js';
import type { QuotaCheck, ComposedMail } from './compose.js';
import { isTransportResponse, type MailOutage } from './outage.js';
import type { MailMetrics } from './metrics.js';

/** Determines recipient and content of an email; null when no account matches or the address is rate limited. */
export type Compose = (
  services: Services,
  mail: OutgoingMail,
  isWithinQuota: QuotaCheck,
) => Promise<ComposedMail | null>;

/** Dependencies of a delivery. */
export interface DeliveryContext {
  readonly services: Services;
  readonly compose: Compose;
  readonly mailer: Mailer;
  readonly outage: MailOutage;
  readonly metrics: MailMetrics;
  /** From 0 to 1; spreads retries. */
  readonly chance: () => number;
}

/** Records the result of a delivery; resolves to false if the lease was lost. */
export type RecordResult = () => Promise<boolean>;

const outbound = (
  { services }: DeliveryContext,
  mail: OutgoingMail,
  { to, kind, variables }: ComposedMail,
): OutboundMail => {
  const settings = services.config.current;
  const from = parseMailbox(settings.mail.from);
  if (from === null) throw new TypeError('mail.from is not a valid sender');
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  return {
    ...renderMail(settings, kind, { address: to, ...variables }),
    from,
    to,
    messageId: `<${mail.id}@${domain}>`,
    date: mail.createdAt,
  };
};

/**
 * The counter of `rateLimit.mail` for an email. Anyone can register with any address, so verification emails to an address that
 * another account has verified are counted separately: they must not use up the owner's counter, since that would stop
 * password resets.
 */
const quotaPurpose = async (trx: Transaction, { kind }: OutgoingMail, address: string): Promise<string> =>
  kind === 'email_verification' && (await findByVerifiedEmail(trx, address)) !== undefined
    ? 'verification mail recipient'
    : 'mail recipient';

/**
 * Counts an email against the quota of its recipient (`rateLimit.mail`) across instances, once regardless of the number
 * of attempts. A password reset also counts against `rateLimit.passwordReset`, since requests can name the same account
 * in different ways.
 */
const quotaCheck = ({ config, clock, secretBox }: Services, mail: OutgoingMail) => {
  const state = { isOverQuota: false };
  const isWithinQuota: QuotaCheck = async (trx, address) => {
    const { enabled, mail: mailRule, passwordReset } = config.current.rateLimit;
    if (!enabled || !(await mail.mark(trx, 'counted'))) return true;
    const take = (purpose: string, { points, window }: typeof mailRule): Promise<boolean> =>
      MailQuota.consume(trx, {
        recipient: secretBox.hmac(purpose, canonical(address)),
        points,
        window,
        now: clock.now(),
      });
    const isAllowed =
      (mail.kind !== 'password_reset' || (await take('password reset recipient', passwordReset))) &&
      (await take(await quotaPurpose(trx, mail, address), mailRule));
    state.isOverQuota = !isAllowed;
    return isAllowed;
  };
  return { state, isWithinQuota };
};

const firstRetryMs = 2000;
const retryFactor = 4;
const maxRetryMs = 3 * 3_600_000;

/**
 * How long to wait before the next attempt: 2 s, 8 s, 32 s and so on up to 3 h, each a quarter shorter or longer by
 * chance, so that emails that failed together do not come back together. Eight attempts span about three hours.
 * @param attempts how many have failed, 1 or more
 * @param chance from 0 to 1
 * @returns milliseconds
 */
const retryDelayMs = (attempts: number, chance: number): number =>
  Math.round(Math.min(maxRetryMs, firstRetryMs * retryFactor ** (attempts - 1)) * (0.75 + chance / 2));

/** Wait before an email is sent again that timed out during an outage, in milliseconds. */
const afterTimeoutMs = 30_000;

/** The error to store with the email: a code and the reply of the mail server. */
const describe = (error: unknown): string => {
  if (!(error instanceof DeliveryError)) return 'compose_failed';
  return error.reply === null ? error.reason : `${error.reason}: ${error.reply}`;
};

const replyOf = (error: unknown): { readonly reply?: string } =>
  error instanceof DeliveryError && error.reply !== null ? { reply: error.reply } : {};

/** Delivery failures are logged with code and reply; only a bug of the service is logged with its stack. */
const unexpectedError = (error: unknown): { readonly err?: unknown } =>
  error instanceof DeliveryError ? {} : { err: error };

const afterFailure = async (
  { services, outage, metrics, chance }: DeliveryContext,
  mail: OutgoingMail,
  error: unknown,
): Promise<RecordResult> => {
  const { config, clock, db, log } = services;
  const reason = error instanceof DeliveryError ? error.reason : 'compose_failed';
  metrics.failed(reason);
  const lastError = describe(error);
  if (isTransportResponse(error)) outage.recordResponse();
  if (await outage.detect(error)) {
    // Another email is sent next, because this one may be the cause of the timeout.
    const isSuspect = reason === 'timeout' || outage.isSlow;
    const nextAttemptAt = isSuspect ? new Date(clock.now().getTime() + afterTimeoutMs) : undefined;
    return () => mail.release(db.knex, { lastError, nextAttemptAt });
  }
  const facts = { mail_id: mail.id, kind: mail.kind, attempts: mail.attempts, reason, ...replyOf(error) };
  const isFinal = error instanceof DeliveryError && error.isFinal;
  if (isFinal || mail.attempts >= config.current.mail.maxAttempts) {
    log.error(
      { event: 'mail.dead', ...facts, ...unexpectedError(error) },
      'mail delivery failed permanently; kept in the outbox as dead',
    );
    return () => mail.markDead(db.knex, lastError);
  }
  const delayMs = retryDelayMs(mail.attempts, chance());
  log.warn(
    { event: 'mail.delivery_failed', ...facts, ...unexpectedError(error), retry_in_ms: delayMs },
    'mail delivery failed; retrying',
  );
  return () => mail.retry(db.knex, lastError, new Date(clock.now().getTime() + delayMs));
};

/**
 * Composes, renders and sends one leased email.
 * @param signal aborts the delivery; the email then returns to the queue
 * @returns records the result. The caller must retry it until it succeeds, so that a sent email is not sent again
 */
export const deliver = async (
  context: DeliveryContext,
  mail: OutgoingMail,
  signal: AbortSignal,
): Promise<RecordResult> => {
  const { services, compose, mailer, metrics } = context;
  const { clock, config, db, log } = services;
  try {
    if (mail.attempts > config.current.mail.maxAttempts) {
      throw new DeliveryError('interrupted', 'the instance ended during each attempt');
    }
    const { state, isWithinQuota } = quotaCheck(services, mail);
    const composed = await compose(services, mail, isWithinQuota);
    if (composed === null) {
      const reason = state.isOverQuota ? 'rate_limited' : 'nobody';
      metrics.dropped(reason);
      const facts = { mail_id: mail.id, kind: mail.kind, reason };
      if (state.isOverQuota) {
        log.warn({ event: 'mail.dropped_rate_limited', ...facts }, 'email dropped: rate limit of the address exceeded');
      } else log.debug({ event: 'mail.dropped_nobody', ...facts }, 'email dropped: no matching account');
      return () => mail.drop(db.knex, reason);
    }
    await mailer.send(outbound(context, mail, composed), signal);
    context.outage.recordResponse();
    const sentAt = clock.now();
    metrics.sent();
    log.info({ event: 'mail.sent', mail_id: mail.id, kind: mail.kind, attempts: mail.attempts }, 'mail sent');
    return () => mail.complete(db.knex, sentAt);
  } catch (error) {
    if (signal.aborted) return () => mail.release(db.knex);
    return afterFailure(context, mail, error);
  }
};
