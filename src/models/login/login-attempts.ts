import type { Clock } from '../../clock.js';
import type { Connection, Database, Transaction } from '../../database/database.js';
import { AppError } from '../../errors/app-error.js';
import type { RateLimiter } from '../../limits/rate-limiter.js';
import { ruleOf, type PolicyName, type RateLimits, type Rule } from '../../limits/policy.js';
import { RecentRejections } from '../../limits/recent-rejections.js';
import {
  clearLoginCounters,
  countLogin,
  refundLogin,
  type CountedLogin,
  type CounterKeys,
  type CounterState,
} from './login-counter.js';
import type { User } from '../accounts/user.js';

/** Options for `LoginAttempts`. */
export interface LoginAttemptsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rateLimiter: Pick<RateLimiter, 'recordDecision'>;
}

/** One attempt to prove an account's password, and the settings that the request began with. */
export interface LoginAttempt extends CounterKeys {
  readonly limits: RateLimits;
  readonly now: Date;
}

/** The result of counting an attempt. */
export interface AttemptCount {
  readonly attempt: LoginAttempt;
  /** Whether the correct password is accepted. From a known address it is, even if others have exhausted the counters. */
  readonly isAllowed: boolean;
  /** The exhausted counter, if any. The response to a login must not reveal that of the account. */
  readonly rejection: { readonly counter: 'name' | 'account'; readonly retryAfterSeconds: number } | null;
  /** Whether this attempt was the last that a counter allows. */
  readonly isLast: boolean;
  /** Undefined while `rateLimit.enabled` is false. */
  readonly counted: CountedLogin | undefined;
}

/**
 * Counts password attempts before anything is hashed (OWASP ASVS 5.0, 6.3.1), in the database, for all instances: by submitted
 * name and address, by submitted name, and by account id. The first two do not depend on whether the name exists. The count by
 * account bounds guesses under username and email address together, and is never visible in a login's response (ADR
 * 20).
 */
export class LoginAttempts {
  readonly #db: Database;
  readonly #rateLimiter: Pick<RateLimiter, 'recordDecision'>;
  readonly #rejections: RecentRejections;

  constructor({ db, clock, rateLimiter }: LoginAttemptsOptions) {
    this.#db = db;
    this.#rateLimiter = rateLimiter;
    this.#rejections = new RecentRejections(clock);
  }

  /**
   * Rejects an attempt whose pair was rejected within the last 100 ms, without a query.
   * @throws {AppError} too_many_attempts
   */
  rejectRecent({ name, client, limits, now }: Omit<LoginAttempt, 'userId'>): void {
    if (!limits.enabled) return;
    const resetMs = this.#rejections.find(pairKey({ name, client }), rulesOf(limits).pair, now.getTime());
    if (resetMs === undefined) return;
    this.#rateLimiter.recordDecision('loginPair', false);
    throw tooMany(resetMs);
  }

  /**
   * Counts one attempt. A name whose limit is exhausted is not rejected here: the caller does the same work for every
   * name, and then responds according to `rejection`.
   * @throws {AppError} too_many_attempts when the pair is exhausted
   */
  async count(attempt: LoginAttempt): Promise<AttemptCount> {
    const { limits, now } = attempt;
    if (!limits.enabled) {
      return { attempt, isAllowed: true, rejection: null, isLast: false, counted: undefined };
    }
    const rules = rulesOf(limits);
    const counted = await countLogin(this.#db, attempt, rules, now);
    const { pair, name, account, isKnownAddress } = counted;
    this.#observe('loginPair', pair);
    this.#observe('loginAccount', name);
    this.#observe('loginAccount', account);
    if (!pair.isAllowed) {
      this.#rejections.add(pairKey(attempt), pair.usage);
      throw tooMany(resetMs(pair, rules.pair, now));
    }
    const isLast = isExhausted(pair, rules.pair) || [name, account].some((state) => isExhausted(state, rules.account));
    const rejecting = [name, account].find((state) => state?.isAllowed === false);
    const rejection = rejecting && {
      counter: rejecting === name ? ('name' as const) : ('account' as const),
      retryAfterSeconds: seconds(resetMs(rejecting, rules.account, now)),
    };
    return { attempt, isAllowed: isKnownAddress || !rejection, rejection: rejection ?? null, isLast, counted };
  }

  /**
   * Uncounts a successful attempt, in the transaction of the login, so that a login that fails stays counted.
   * @param db the transaction, or the pool where there is none
   */
  async succeeded(db: Connection, { attempt, counted }: AttemptCount): Promise<void> {
    if (counted) await refundLogin(db, attempt, counted, rulesOf(attempt.limits).account);
  }

  /** Clears the failed attempts on an account, for example after a password reset. */
  async clear(trx: Transaction, user: Pick<User, 'id' | 'username' | 'email' | 'emailVerified'>): Promise<void> {
    await clearLoginCounters(trx, user);
    this.clearRecent();
  }

  /** Clears the rejections of the last 100 ms, once the counters of an account have been cleared. */
  clearRecent(): void {
    this.#rejections.clear();
  }

  #observe(policy: PolicyName, state: CounterState | undefined): void {
    if (state) this.#rateLimiter.recordDecision(policy, state.isAllowed);
  }
}

const rulesOf = ({ loginPair, loginAccount }: RateLimits): { readonly pair: Rule; readonly account: Rule } => ({
  pair: ruleOf('loginPair', loginPair),
  account: ruleOf('loginAccount', loginAccount),
});

/** Names never contain NUL, so the keys are unique. */
const pairKey = ({ name, client }: Pick<CounterKeys, 'name' | 'client'>): string => `${name}\u0000${client}`;

const isExhausted = (state: CounterState | undefined, { ceiling }: Rule): boolean =>
  state?.isAllowed === true && state.used >= ceiling;

/** Milliseconds until a counter that has rejected one allows the next attempt. */
const resetMs = ({ usage }: CounterState, { windowMs }: Rule, now: Date): number => {
  const leftMs = (usage.blockEnds > 0 ? usage.blockEnds : usage.windowEnds) - now.getTime();
  return leftMs > 0 ? leftMs : windowMs;
};

const seconds = (ms: number): number => Math.max(1, Math.ceil(Math.round(ms) / 1000));

const tooMany = (ms: number): AppError => new AppError('too_many_attempts', { retryAfterSeconds: seconds(ms) });
