import { AppError } from '../errors/app-error.js';

/** The claims of a verified access token. */
export interface AccessClaims {
  /** User id. */
  readonly sub: string;
  /** Session id. */
  readonly sid: string;
  /** Id of the token itself. */
  readonly jti: string;
  readonly username: string;
  readonly roles: string[];
  /** Issue and expiry times, in seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
  readonly iss: string;
  readonly aud: string;
  /** Id of the key that signed the token. */
  readonly kid: string;
}

/** How far the clock of the instance that stamps `iat` may be ahead, in seconds. */
const clockSkewSeconds = 30;

/** The error for an invalid token; the reason is its cause, which is logged. */
export const invalidToken = (reason: string): AppError => new AppError('invalid_token', { cause: new Error(reason) });

/** Whether a value is an object and not an array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Validates the types of all claims; `exp` is required. */
export const parseClaims = (payload: unknown, kid: string, nowSeconds: number): AccessClaims => {
  if (!isRecord(payload)) throw invalidToken('malformed claims');
  const { sub, sid, jti, username, roles, iat, exp, iss, aud } = payload;
  const texts: unknown[] = Array.isArray(roles) ? [sub, sid, jti, username, iss, aud, ...(roles as unknown[])] : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '')) {
    throw invalidToken('bad claim');
  }
  if (!Number.isFinite(exp) || !Number.isFinite(iat)) throw invalidToken('no expiry or time of issue');
  if ((iat as number) > nowSeconds + clockSkewSeconds) throw invalidToken('issued in the future');
  return { sub, sid, jti, username, roles, iat, exp, iss, aud, kid } as AccessClaims;
};
