import { parseMailbox } from '../../config/schema/network-formats.js';
import { retryDelayMs } from '../../mail/backoff.js';
import { DeliveryError } from '../../mail/delivery-error.js';
import type { Mailer } from '../../mail/mailer.js';
import { renderMail } from '../../mail/render.js';
import type { OutboundMail } from '../../mail/transport.js';
import { MailQuota } from '../../models/mail-quota.js';
import type { OutgoingMail } from '../../models/outgoing-mail.js';
import { canonical } from '../../models/user.js';
import type { Services } from '../../services.js';
import type { QuotaCheck, ComposedMail } from './compose.js';
import type { MailOutage } from './outage.js';
import type { MailMetrics } from './metrics.js';

/** Determines recipient and content of a mail; null when no account matches or the address is rate limited. */
export type Compose = (
  services: Services,
  mail: OutgoingMail,
  isWithinQuota: QuotaCheck,
) => Promise<ComposedMail | null>;

/** What a delivery works with. */
export interface DeliveryContext {
  readonly services: Services;
  readonly compose: Compose;
  readonly mailer: Mailer;
  readonly outage: MailOutage;
  readonly metrics: MailMetrics;
  /** From 0 to 1; spreads retries. */
  readonly chance: () => number;
}

/** What is to be written about a mail, once it is over. */
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
 * Counts a mail by its recipient (`rateLimit.mail`), on all instances, once however often it is tried; a link for a new
 * password also under `rateLimit.passwordReset`, since the request was counted by whichever name it was made with.
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
      (await take('mail recipient', mailRule));
    state.isOverQuota = !isAllowed;
    return isAllowed;
  };
  return { state, isWithinQuota };
};

/** How long a mail waits that timed out while the transport was down, in milliseconds. */
const afterTimeoutMs = 30_000;

/** What is kept of a failure: its code, and what the mail server replied. */
const describe = (error: unknown): string => {
  if (!(error instanceof DeliveryError)) return 'compose_failed';
  return error.reply === null ? error.fault : `${error.fault}: ${error.reply}`;
};

const replyOf = (error: unknown): { readonly reply?: string } =>
  error instanceof DeliveryError && error.reply !== null ? { reply: error.reply } : {};

/** Delivery failures are logged with code and reply; only a bug of the service is logged with its stack. */
const ownFault = (error: unknown): { readonly err?: unknown } => (error instanceof DeliveryError ? {} : { err: error });

const afterFailure = async (
  { services, outage, metrics, chance }: DeliveryContext,
  mail: OutgoingMail,
  error: unknown,
): Promise<RecordResult> => {
  const { config, clock, db, log } = services;
  const reason = error instanceof DeliveryError ? error.fault : 'compose_failed';
  metrics.failed(reason);
  const lastError = describe(error);
  if (await outage.explains(error)) {
    // Another mail is sent next: this one may be the reason why the server took too long, or hung up.
    const isSuspect = reason === 'timeout' || outage.isSlow;
    const nextAttemptAt = isSuspect ? new Date(clock.now().getTime() + afterTimeoutMs) : undefined;
    return () => mail.release(db.knex, { lastError, nextAttemptAt });
  }
  const facts = { mail_id: mail.id, kind: mail.kind, attempts: mail.attempts, reason, ...replyOf(error) };
  const isFinal = error instanceof DeliveryError && error.isFinal;
  if (isFinal || mail.attempts >= config.current.mail.maxAttempts) {
    log.error(
      { event: 'mail.dead', ...facts, ...ownFault(error) },
      'mail delivery failed permanently; kept in the outbox as dead',
    );
    return () => mail.markDead(db.knex, lastError);
  }
  const delayMs = retryDelayMs(mail.attempts, chance());
  log.warn(
    { event: 'mail.delivery_failed', ...facts, ...ownFault(error), retry_in_ms: delayMs },
    'mail delivery failed; retrying',
  );
  return () => mail.retry(db.knex, lastError, new Date(clock.now().getTime() + delayMs));
};

/**
 * Carries one claimed mail out: composes it, fills its templates, hands it over.
 * @param signal ends the hand-over; the mail then goes back into the queue
 * @returns records the result; to be repeated until it succeeds, since a mail that was sent must not be sent again
 */
export const deliver = async (
  parts: DeliveryContext,
  mail: OutgoingMail,
  signal: AbortSignal,
): Promise<RecordResult> => {
  const { services, compose, mailer, metrics } = parts;
  const { clock, config, db, log } = services;
  try {
    if (mail.attempts > config.current.mail.maxAttempts) {
      throw new DeliveryError('interrupted', 'the worker was lost at each attempt');
    }
    const { state, isWithinQuota } = quotaCheck(services, mail);
    const composed = await compose(services, mail, isWithinQuota);
    if (composed === null) {
      const reason = state.isOverQuota ? 'rate_limited' : 'nobody';
      metrics.dropped(reason);
      const facts = { mail_id: mail.id, kind: mail.kind, reason };
      if (state.isOverQuota) {
        log.warn({ event: 'mail.dropped_rate_limited', ...facts }, 'mail dropped: rate limit of the address exceeded');
      } else log.debug({ event: 'mail.dropped_nobody', ...facts }, 'mail dropped: no matching account');
      return () => mail.drop(db.knex, reason);
    }
    await mailer.send(outbound(parts, mail, composed), signal);
    parts.outage.answered();
    const sentAt = clock.now();
    metrics.sent();
    log.info({ event: 'mail.sent', mail_id: mail.id, kind: mail.kind, attempts: mail.attempts }, 'mail sent');
    return () => mail.complete(db.knex, sentAt);
  } catch (error) {
    if (signal.aborted) return () => mail.release(db.knex);
    return afterFailure(parts, mail, error);
  }
};
