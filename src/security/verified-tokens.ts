import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessClaims } from './access-claims.js';

/** Characters of tokens remembered at most; a usual token has about 600. */
const capacity = 8_000_000;

/** What a verification rested on: while all of it is the same, so is its result, but for the time. */
export interface VerificationContext {
  readonly verifyKey: KeyObject;
  /** The settings of accepted issuers and audiences, by identity. */
  readonly auth: unknown;
}

interface VerifiedToken extends VerificationContext {
  readonly claims: AccessClaims;
}

/**
 * Remembers the tokens that were verified lately, so that a client's next request costs no signature check. Only what
 * was accepted is kept, so a forged token gains nothing; expiry, key and settings are compared at each use.
 */
export class VerifiedTokens {
  readonly #tokens = new LRUCache<string, VerifiedToken>({
    maxSize: capacity,
    sizeCalculation: (_remembered, token) => token.length,
  });

  /** The claims of a token that was accepted on the same grounds; undefined when it has to be verified. */
  get(token: string, grounds: VerificationContext, nowSeconds: number): AccessClaims | undefined {
    const remembered = this.#tokens.get(token);
    if (remembered?.verifyKey !== grounds.verifyKey || remembered.auth !== grounds.auth) return undefined;
    const { claims } = remembered;
    return claims.iat <= nowSeconds && nowSeconds < claims.exp ? claims : undefined;
  }

  /** The key id of a token that was verified before, without parsing the token again. */
  keyIdOf(token: string): string | undefined {
    return this.#tokens.peek(token)?.claims.kid;
  }

  /** Keeps what was accepted. */
  set(token: string, grounds: VerificationContext, claims: AccessClaims): void {
    Object.freeze(claims.roles);
    this.#tokens.set(token, { ...grounds, claims: Object.freeze(claims) });
  }
}
