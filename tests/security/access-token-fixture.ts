import { createHmac, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { AccessTokens, type AccessTokenSubject } from '../../src/security/access-token.js';
import { openRing, type RingSetup } from './support.js';

export const user = { userId: randomUUID(), sessionId: randomUUID(), username: 'ada', roles: ['user', 'support'] };

export const setUp = async (setup: RingSetup = {}) => {
  const parts = await openRing(setup);
  const settings = {
    current: {
      auth: {
        issuer: 'rollcall',
        audience: 'api',
        acceptedIssuers: ['former'] as string[],
        acceptedAudiences: ['former-api'] as string[],
        access: { ttl: 900_000 },
      },
    },
  };
  const accessTokens = new AccessTokens({ keys: parts.ring, clock: parts.clock });
  const tokens = {
    sign: (subject: AccessTokenSubject) => accessTokens.sign(subject, settings.current.auth),
    verify: (token: string) => accessTokens.verify(token, settings.current.auth),
  };
  return { ...parts, settings, tokens };
};

export type SetUp = Awaited<ReturnType<typeof setUp>>;

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A token with a true HS256 signature of the service's own key, over a header and claims of the test's choice. */
export const signed = ({ ring, clock }: SetUp, claims: object = {}, header: object = {}): string => {
  const { kid, privateKey } = ring.signingKey();
  const iat = Math.floor(clock.ms / 1000);
  const usual = {
    iss: 'rollcall',
    aud: 'api',
    sub: 'u',
    sid: 's',
    jti: 'j',
    username: 'ada',
    roles: [],
    iat,
    exp: iat + 60,
  };
  const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid, ...header })}.${encode({ ...usual, ...claims })}`;
  return `${text}.${createHmac('sha256', privateKey).update(text).digest('base64url')}`;
};

export const expectRejected = async ({ tokens }: SetUp, token: string): Promise<void> => {
  await expect(tokens.verify(token)).rejects.toMatchObject({ name: 'AppError', code: 'invalid_token', status: 401 });
};
