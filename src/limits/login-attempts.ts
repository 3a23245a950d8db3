import { AppError } from '../errors/app-error.js';
import type { Limiter, Verdict } from './limiter.js';
import type { RateLimits } from './policy.js';

/** One attempt to prove an account's password. */
export interface LoginAttempt {
  /** The canonical submitted name, or that of the account it stands for; it need not exist. */
  readonly account: string;
  /** The address as limits count it. */
  readonly address: string;
  /** Whether the account has had a successful login from this address lately. */
  readonly isKnownAddress: boolean;
}

/** How an attempt stands after it was counted. */
export interface AttemptCount {
  /** Whether the next failure from here will be refused: this attempt took the last one. */
  readonly isLast: boolean;
}

/**
 * Counts password attempts before anything is hashed (OWASP ASVS 5.0, 6.3.1): by account and by the pair of account
 * and address. An address that the owner has used lately is counted by the pair alone, so that a stranger who uses up
 * the account's attempts cannot lock its owner out.
 */
export class LoginAttempts {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /**
   * Counts one attempt.
   * @param limits `rateLimit.*` as the request began with it
   * @throws {AppError} too_many_attempts
   */
  async count(attempt: LoginAttempt, limits: RateLimits): Promise<AttemptCount> {
    const pair = await this.#limiter.consume('loginPair', pairKey(attempt), limits);
    refuse(pair);
    if (attempt.isKnownAddress) return { isLast: pair.remaining === 0 };
    const account = await this.#limiter.consume('loginAccount', attempt.account, limits);
    refuse(account);
    return { isLast: pair.remaining === 0 || account.remaining === 0 };
  }

  /** Forgets the failures of a pair after a success. */
  async succeeded(attempt: LoginAttempt): Promise<void> {
    await this.#limiter.clear('loginPair', pairKey(attempt));
  }
}

/** NUL stands in no name and no address, so no two pairs share a key. */
const pairKey = ({ account, address }: LoginAttempt): string => `${account}\u0000${address}`;

const refuse = (verdict: Verdict): void => {
  if (!verdict.allowed) {
    throw new AppError('too_many_attempts', { retryAfterSeconds: verdict.retryAfterSeconds });
  }
};
