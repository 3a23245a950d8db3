import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccessClaims } from '../../src/security/access-claims.js';
import { VerifiedTokens } from '../../src/security/verified-tokens.js';

const claims = (): AccessClaims => ({
  sub: 'person',
  sid: 'session',
  jti: 'token',
  username: 'ada',
  roles: ['user'],
  iat: 1000,
  exp: 1900,
  iss: 'rollcall',
  aud: 'rollcall',
  kid: 'key',
});

const grounds = { verifyKey: createSecretKey(randomBytes(32)), auth: {} };

const remembering = (token: string): VerifiedTokens => {
  const tokens = new VerifiedTokens();
  tokens.set(token, grounds, claims());
  return tokens;
};

describe('VerifiedTokens', () => {
  it('returns claims that were verified with the same key and settings', () => {
    expect(remembering('a.b.c').get('a.b.c', grounds, 1500)).toMatchObject({ sub: 'person' });
    expect(remembering('a.b.c').keyIdOf('a.b.c')).toBe('key');
  });

  it('does not return another token', () => {
    expect(remembering('a.b.c').get('a.b.d', grounds, 1500)).toBeUndefined();
  });

  it('forgets at the expiry, to the second, and before the time of issue', () => {
    const tokens = remembering('a.b.c');
    expect(tokens.get('a.b.c', grounds, 1899)).toBeDefined();
    expect(tokens.get('a.b.c', grounds, 1900)).toBeUndefined();
    expect(tokens.get('a.b.c', grounds, 999)).toBeUndefined();
  });

  it('requires a new verification if the key or the settings have changed', () => {
    const tokens = remembering('a.b.c');
    const otherKey = createSecretKey(randomBytes(32));
    expect(tokens.get('a.b.c', { ...grounds, verifyKey: otherKey }, 1500)).toBeUndefined();
    expect(tokens.get('a.b.c', { ...grounds, auth: {} }, 1500)).toBeUndefined();
  });

  it('returns claims that a reader cannot change', () => {
    const recalled = remembering('a.b.c').get('a.b.c', grounds, 1500);
    expect(Object.isFrozen(recalled)).toBe(true);
    expect(Object.isFrozen(recalled?.roles)).toBe(true);
  });
});
