import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessClaims } from './access-claims.js';

/** Maximum number of characters of cached tokens; a token has about 600. */
const capacity = 8_000_000;

/** The inputs of a verification. While they are unchanged, only the time can change its result. */
export interface VerificationContext {
  readonly verifyKey: KeyObject;
  /** The settings of accepted issuers and audiences, by identity. */
  readonly auth: unknown;
}

interface VerifiedToken extends VerificationContext {
  readonly claims: AccessClaims;
}

/**
 * A cache of recently verified tokens, so that a client's next request needs no signature check. Only accepted tokens are
 * cached; expiry, key and settings are compared at each use.
 */
export class VerifiedTokens {
  readonly #tokens = new LRUCache<string, VerifiedToken>({
    maxSize: capacity,
    sizeCalculation: (_cached, token) => token.length,
  });

  /** The claims of a token that was accepted in the same context; undefined if it must be verified. */
  get(token: string, context: VerificationContext, nowSeconds: number): AccessClaims | undefined {
    const cached = this.#tokens.get(token);
    if (cached?.verifyKey !== context.verifyKey || cached.auth !== context.auth) return undefined;
    const { claims } = cached;
    return claims.iat <= nowSeconds && nowSeconds < claims.exp ? claims : undefined;
  }

  /** The key id of a cached token, without parsing the token again. */
  keyIdOf(token: string): string | undefined {
    return this.#tokens.peek(token)?.claims.kid;
  }

  /** Caches an accepted token. */
  set(token: string, context: VerificationContext, claims: AccessClaims): void {
    Object.freeze(claims.roles);
    this.#tokens.set(token, { ...context, claims: Object.freeze(claims) });
  }
}
