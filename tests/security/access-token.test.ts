import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { user, setUp, decode, signed, expectRejected } from './access-token-fixture.js';

describe('signing', () => {
  it.each(['HS256', 'ES256', 'RS256'] as const)('creates a valid at+jwt with %s', async (algorithm) => {
    const { tokens, ring, clock } = await setUp({ algorithm });
    const { token, expiresInSeconds } = tokens.sign(user);
    const [header, payload] = token.split('.');
    const { kid } = ring.signingKey();
    const iat = clock.ms / 1000;
    expect(decode(header)).toEqual({ alg: algorithm, typ: 'at+jwt', kid });
    expect(expiresInSeconds).toBe(900);
    const claims = {
      iss: 'rollcall',
      aud: 'api',
      sub: user.userId,
      sid: user.sessionId,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      username: 'ada',
      roles: ['user', 'support'],
      iat,
      exp: iat + 900,
    };
    expect(decode(payload)).toEqual(claims);
    expect(await tokens.verify(token)).toEqual({ ...claims, kid });
    expect(tokens.sign(user).token).not.toBe(token);
  });

  it('follows the settings: lifetime, issuer and audience', async () => {
    const { tokens, settings } = await setUp();
    settings.current = {
      auth: { ...settings.current.auth, issuer: 'new', audience: 'new-api', access: { ttl: 1999 } },
    };
    const { token, expiresInSeconds } = tokens.sign(user);
    expect(expiresInSeconds).toBe(1);
    expect(await tokens.verify(token)).toMatchObject({ iss: 'new', aud: 'new-api' });
  });

  it('carries any username and roles', async () => {
    const { tokens } = await setUp();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.array(fc.string({ minLength: 1 })),
        async (username, roles) => {
          expect(await tokens.verify(tokens.sign({ ...user, username, roles }).token)).toMatchObject({
            username,
            roles,
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('time', () => {
  it('rejects a token from its expiry, by the clock of the service', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(user);
    service.clock.advance(899);
    await service.tokens.verify(token);
    service.clock.advance(1);
    await expectRejected(service, token);
    service.clock.advance(-1);
    await service.tokens.verify(token);
  });

  it('requires exp and iat as numbers, and allows iat 30 seconds ahead', async () => {
    const service = await setUp();
    const now = service.clock.ms / 1000;
    for (const value of [undefined, null, '9999999999', Number.NaN, true, {}]) {
      await expectRejected(service, signed(service, { exp: value }));
      await expectRejected(service, signed(service, { iat: value }));
    }
    await service.tokens.verify(signed(service, { iat: now + 30 }));
    await expectRejected(service, signed(service, { iat: now + 31 }));
    await expectRejected(service, signed(service, { nbf: now + 1 }));
    await expectRejected(service, signed(service, { exp: now }));
    await service.tokens.verify(signed(service, { exp: now + 1 }));
  });

  it('does not use the system clock', async () => {
    const service = await setUp();
    service.clock.ms = 0;
    const { token } = service.tokens.sign(user);
    expect(await service.tokens.verify(token)).toMatchObject({ iat: 1, exp: 901 });
  });
});

describe('issuer, audience and type', () => {
  it('accepts the configured and the additionally accepted ones, as long as the setting lists them', async () => {
    const service = await setUp();
    const former = signed(service, { iss: 'former', aud: 'former-api' });
    await service.tokens.verify(former);
    service.settings.current = { auth: { ...service.settings.current.auth, acceptedIssuers: [] } };
    await expectRejected(service, former);
    service.settings.current = {
      auth: { ...service.settings.current.auth, acceptedIssuers: ['former'], acceptedAudiences: [] },
    };
    await expectRejected(service, former);
  });

  it.each([
    { iss: 'someone' },
    { iss: undefined },
    { iss: 'api' },
    { iss: ['rollcall'] },
    { aud: 'rollcall' },
    { aud: undefined },
    { aud: 'apis' },
    { aud: ['api'] },
    { aud: ['api', 'x'] },
    { aud: {} },
  ])('rejects %j', async (claims) => {
    const service = await setUp();
    await expectRejected(service, signed(service, claims));
  });

  it('accepts at+jwt in any case and with its prefix, and no other type', async () => {
    const service = await setUp();
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) {
      await service.tokens.verify(signed(service, {}, { typ }));
    }
    for (const typ of ['JWT', '', undefined, null, 1, 'at+jwt ', 'xat+jwt', ['at+jwt']]) {
      await expectRejected(service, signed(service, {}, { typ }));
    }
  });

  it.each(['sub', 'sid', 'jti', 'username'])('requires %s to be a string', async (claim) => {
    const service = await setUp();
    for (const value of [undefined, null, '', 7, {}, ['x']]) {
      await expectRejected(service, signed(service, { [claim]: value }));
    }
  });

  it('requires roles to be a list of strings, which may be empty', async () => {
    const service = await setUp();
    for (const roles of [undefined, null, 'admin', {}, [1], [''], [['admin']], { length: 0 }]) {
      await expectRejected(service, signed(service, { roles }));
    }
    expect(await service.tokens.verify(signed(service, { roles: [] }))).toMatchObject({ roles: [] });
  });
});
