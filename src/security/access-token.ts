import { randomUUID, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from '../clock.js';
import { AppError } from '../errors/app-error.js';
import { invalidToken, isRecord, parseClaims, type AccessClaims } from './access-claims.js';
import type { KeyAlgorithm, KeyRing } from './key-ring.js';
import type { AccessTokenSettings } from './settings.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The user and session of a token. */
export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly username: string;
  readonly roles: readonly string[];
}

/** The settings `auth.*` that tokens depend on. */
type AuthSettings = AccessTokenSettings['auth'];

/** Options for `AccessTokens`. */
export interface AccessTokensOptions {
  readonly keys: Pick<KeyRing, 'signingKey' | 'find'>;
  readonly clock: Clock;
}

/** Options for `AccessTokens.verify`. */
export interface VerifyOptions {
  /** Accepts an expired token, if everything else is valid. */
  readonly acceptExpired?: boolean;
}

/** Maximum length of a token, in characters. */
const maxTokenLength = 8192;

/**
 * Signs and verifies access tokens: JWTs (RFC 7519) with `typ: at+jwt` (RFC 9068), checked as RFC 8725 advises.
 * Signatures are created and checked on the main thread, in 10 to 100 µs: WebCrypto would queue behind password hashing.
 */
export class AccessTokens {
  readonly #keys: Pick<KeyRing, 'signingKey' | 'find'>;
  readonly #clock: Clock;
  readonly #verified = new VerifiedTokens();

  constructor(options: AccessTokensOptions) {
    this.#keys = options.keys;
    this.#clock = options.clock;
  }

  /**
   * A token for `auth.access.ttl` from now, signed with the active key.
   * @param auth the settings `auth.*` that the request began with
   */
  sign(subject: AccessTokenSubject, auth: AuthSettings): { token: string; expiresInSeconds: number } {
    const { issuer, audience, access } = auth;
    const { kid, algorithm, privateKey } = this.#keys.signingKey();
    const iat = this.#nowSeconds();
    const expiresInSeconds = Math.max(1, Math.floor(access.ttl / 1000));
    const claims = {
      iss: issuer,
      aud: audience,
      sub: subject.userId,
      sid: subject.sessionId,
      jti: randomUUID(),
      username: subject.username,
      roles: [...subject.roles],
      iat,
      // Not `expiresIn` of the library, which interprets "900" as milliseconds and uses the system clock.
      exp: iat + expiresInSeconds,
    };
    const token = jwt.sign(claims, privateKey, { algorithm, header: { alg: algorithm, typ: 'at+jwt', kid } });
    return { token, expiresInSeconds };
  }

  /**
   * Verifies a token: the signature by one of our keys, the issuer, the audience, and the expiry. The algorithm is that of the
   * key that `kid` names, never the one that the token states.
   * @param auth the settings `auth.*` of the request
   * @param options `acceptExpired` accepts an expired token; all other checks still apply
   * @throws {AppError} invalid_token if the token is invalid; errors of the key store are passed on
   */
  async verify(
    token: string,
    auth: AuthSettings,
    { acceptExpired = false }: VerifyOptions = {},
  ): Promise<AccessClaims> {
    const kid = this.#verified.keyIdOf(token) ?? parseKeyId(token);
    const key = await this.#keys.find(kid);
    if (key === undefined) throw invalidToken('unknown key');
    const now = this.#nowSeconds();
    const context = { verifyKey: key.verifyKey, auth };
    const cached = this.#verified.get(token, context, now);
    if (cached) return cached;
    const claims = parseClaims(this.#payload(token, key, { auth, now, acceptExpired }), kid, now);
    if (now < claims.exp) this.#verified.set(token, context, claims);
    return claims;
  }

  #payload(
    token: string,
    key: { algorithm: KeyAlgorithm; verifyKey: KeyObject },
    { auth, now, acceptExpired }: { auth: AuthSettings; now: number; acceptExpired: boolean },
  ): unknown {
    const { issuer, audience, acceptedIssuers, acceptedAudiences } = auth;
    try {
      return jwt.verify(token, key.verifyKey, {
        algorithms: [key.algorithm],
        issuer: [issuer, ...acceptedIssuers],
        audience: [audience, ...acceptedAudiences],
        clockTimestamp: now,
        ignoreExpiration: acceptExpired,
      });
    } catch (error) {
      throw new AppError('invalid_token', { cause: error });
    }
  }

  #nowSeconds(): number {
    // Never 0: the library would treat it as absent and use the system clock.
    return Math.max(1, Math.floor(this.#clock.now().getTime() / 1000));
  }
}

/** Whether a text is the canonical base64url encoding; the library also accepts texts that differ in unused bits. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

/** Checks the structure and the header as far as needed to select the key; the values are not trusted yet. */
const parseKeyId = (token: string): string => {
  if (typeof token !== 'string' || token.length > maxTokenLength) throw invalidToken('too long');
  const parts = token.split('.');
  const [head = '', , signature = ''] = parts;
  if (parts.length !== 3 || signature === '' || !isCanonical(signature)) throw invalidToken('malformed');
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
  } catch {
    // Without the cause, since its message would contain a part of the token.
    throw invalidToken('malformed header');
  }
  if (!isRecord(header)) throw invalidToken('malformed header');
  // RFC 9068 section 4; a media type is compared without regard to case (RFC 7515 section 4.1.9).
  const typ = header['typ'];
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ)) throw invalidToken('wrong type');
  // No extensions are supported, so a token that requires one is rejected (RFC 7515 section 4.1.11).
  if (header['crit'] !== undefined) throw invalidToken('unknown critical header');
  if (typeof header['kid'] !== 'string') throw invalidToken('no key id');
  return header['kid'];
};
