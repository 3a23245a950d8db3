import { createHmac, createSign, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { AccessTokens, type AccessTokenSubject } from '../../src/security/access-token.js';
import { openRing, type RingSetup } from './support.js';

const person = { userId: randomUUID(), sessionId: randomUUID(), username: 'ada', roles: ['user', 'support'] };

const setUp = async (setup: RingSetup = {}) => {
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
  const made = new AccessTokens({ keys: parts.ring, clock: parts.clock });
  const tokens = {
    sign: (subject: AccessTokenSubject) => made.sign(subject, settings.current.auth),
    verify: (token: string) => made.verify(token, settings.current.auth),
  };
  return { ...parts, settings, tokens };
};
type SetUp = Awaited<ReturnType<typeof setUp>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A token with a true HS256 signature of the service's own key, over a header and claims of the test's choice. */
const signed = ({ ring, clock }: SetUp, claims: object = {}, header: object = {}): string => {
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

const refused = async ({ tokens }: SetUp, token: string): Promise<void> => {
  await expect(tokens.verify(token)).rejects.toMatchObject({ name: 'AppError', code: 'invalid_token', status: 401 });
};

describe('signing', () => {
  it.each(['HS256', 'ES256', 'RS256'] as const)('makes an at+jwt of %s that verifies', async (algorithm) => {
    const { tokens, ring, clock } = await setUp({ algorithm });
    const { token, expiresInSeconds } = tokens.sign(person);
    const [header, payload] = token.split('.');
    const { kid } = ring.signingKey();
    const iat = clock.ms / 1000;
    expect(decode(header)).toEqual({ alg: algorithm, typ: 'at+jwt', kid });
    expect(expiresInSeconds).toBe(900);
    const claims = {
      iss: 'rollcall',
      aud: 'api',
      sub: person.userId,
      sid: person.sessionId,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      username: 'ada',
      roles: ['user', 'support'],
      iat,
      exp: iat + 900,
    };
    expect(decode(payload)).toEqual(claims);
    expect(await tokens.verify(token)).toEqual({ ...claims, kid });
    expect(tokens.sign(person).token).not.toBe(token);
  });

  it('follows the settings: lifetime, issuer and audience', async () => {
    const { tokens, settings } = await setUp();
    settings.current = {
      auth: { ...settings.current.auth, issuer: 'new', audience: 'new-api', access: { ttl: 1999 } },
    };
    const { token, expiresInSeconds } = tokens.sign(person);
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
          expect(await tokens.verify(tokens.sign({ ...person, username, roles }).token)).toMatchObject({
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
  it('ends a token at its expiry, by the clock of the service', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(person);
    service.clock.advance(899);
    await service.tokens.verify(token);
    service.clock.advance(1);
    await refused(service, token);
    service.clock.advance(-1);
    await service.tokens.verify(token);
  });

  it('needs exp and iat, as numbers, and allows iat 30 seconds ahead', async () => {
    const service = await setUp();
    const now = service.clock.ms / 1000;
    for (const value of [undefined, null, '9999999999', Number.NaN, true, {}]) {
      await refused(service, signed(service, { exp: value }));
      await refused(service, signed(service, { iat: value }));
    }
    await service.tokens.verify(signed(service, { iat: now + 30 }));
    await refused(service, signed(service, { iat: now + 31 }));
    await refused(service, signed(service, { nbf: now + 1 }));
    await refused(service, signed(service, { exp: now }));
    await service.tokens.verify(signed(service, { exp: now + 1 }));
  });

  it('never falls back to the clock of the machine', async () => {
    const service = await setUp();
    service.clock.ms = 0;
    const { token } = service.tokens.sign(person);
    expect(await service.tokens.verify(token)).toMatchObject({ iat: 1, exp: 901 });
  });
});

describe('issuer, audience and type', () => {
  it('accepts the configured and the additionally accepted ones, as long as the setting lists them', async () => {
    const service = await setUp();
    const former = signed(service, { iss: 'former', aud: 'former-api' });
    await service.tokens.verify(former);
    service.settings.current = { auth: { ...service.settings.current.auth, acceptedIssuers: [] } };
    await refused(service, former);
    service.settings.current = {
      auth: { ...service.settings.current.auth, acceptedIssuers: ['former'], acceptedAudiences: [] },
    };
    await refused(service, former);
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
  ])('refuses %j', async (claims) => {
    const service = await setUp();
    await refused(service, signed(service, claims));
  });

  it('takes at+jwt in any case and with its prefix, and no other type', async () => {
    const service = await setUp();
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) {
      await service.tokens.verify(signed(service, {}, { typ }));
    }
    for (const typ of ['JWT', '', undefined, null, 1, 'at+jwt ', 'xat+jwt', ['at+jwt']]) {
      await refused(service, signed(service, {}, { typ }));
    }
  });

  it.each(['sub', 'sid', 'jti', 'username'])('needs %s to be text', async (claim) => {
    const service = await setUp();
    for (const value of [undefined, null, '', 7, {}, ['x']]) {
      await refused(service, signed(service, { [claim]: value }));
    }
  });

  it('needs roles to be a list of texts, which may be empty', async () => {
    const service = await setUp();
    for (const roles of [undefined, null, 'admin', {}, [1], [''], [['admin']], { length: 0 }]) {
      await refused(service, signed(service, { roles }));
    }
    expect(await service.tokens.verify(signed(service, { roles: [] }))).toMatchObject({ roles: [] });
  });
});

describe('algorithm and key', () => {
  it('refuses alg none, signed or not', async () => {
    const service = await setUp();
    for (const alg of ['none', 'None', 'NONE', '', undefined, null, 'HS512', 'RS256', ['HS256']]) {
      const token = signed(service, {}, { alg });
      await refused(service, token);
      await refused(service, token.slice(0, token.lastIndexOf('.') + 1));
    }
  });

  it.each(['RS256', 'ES256'] as const)('refuses HS256 with the public key of %s as the secret', async (algorithm) => {
    const service = await setUp({ algorithm });
    const { kid } = service.ring.signingKey();
    const { token } = service.tokens.sign(person);
    const publicKey = (await service.ring.find(kid))?.verifyKey;
    const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${token.split('.')[1] ?? ''}`;
    const jwk = JSON.stringify(publicKey?.export({ format: 'jwk' }));
    const pem = String(publicKey?.export({ type: 'spki', format: 'pem' }));
    for (const secret of [pem, pem.trim(), jwk, publicKey?.export({ type: 'spki', format: 'der' }) ?? '']) {
      await refused(service, `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`);
    }
  });

  it('refuses the right key with another algorithm of its kind', async () => {
    const service = await setUp({ algorithm: 'RS256' });
    const { kid, privateKey } = service.ring.signingKey();
    const text = `${encode({ alg: 'RS512', typ: 'at+jwt', kid })}.${service.tokens.sign(person).token.split('.')[1] ?? ''}`;
    await refused(service, `${text}.${createSign('sha512').update(text).sign(privateKey, 'base64url')}`);
  });

  it('refuses a missing, malformed, unknown or foreign kid', async () => {
    const service = await setUp();
    for (const kid of [undefined, null, '', 1, {}, 'x', '../../dev/null', '__proto__', randomUUID()]) {
      await refused(service, signed(service, {}, { kid }));
    }
    const { lists } = service.store;
    await refused(service, signed(service, {}, { kid: [randomUUID()] }));
    expect(service.store.lists).toBe(lists);
    const other = await setUp();
    await refused(service, other.tokens.sign(person).token);
    await refused(service, signed(other, {}, { kid: service.ring.signingKey().kid }));
  });

  it('never uses a key that the token brings along', async () => {
    const service = await setUp();
    const own = randomBytes(32);
    const header = { alg: 'HS256' as const, typ: 'at+jwt', jwk: { kty: 'oct', k: own.toString('base64url') } };
    const claims = decode(signed(service).split('.')[1]);
    const token = jwt.sign(claims, createSecretKey(own), {
      header: { ...header, kid: service.ring.signingKey().kid },
    });
    await refused(service, token);
  });

  it('refuses critical headers', async () => {
    const service = await setUp();
    for (const crit of [['exp'], [], 'x', null]) await refused(service, signed(service, {}, { crit, exp: 1 }));
  });

  it('ends every token of a key that was removed', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(person);
    service.store.rows = [];
    await service.ring.reload();
    await refused(service, token);
  });

  it('passes a failure of the key store on instead of blaming the token', async () => {
    const service = await setUp();
    service.store.beforeList = () => Promise.reject(new Error('the store is away'));
    await expect(service.tokens.verify(signed(service, {}, { kid: randomUUID() }))).rejects.toThrow(
      'the store is away',
    );
  });
});

describe('form', () => {
  it.each(['HS256', 'ES256', 'RS256'] as const)('refuses an %s token with any character changed', async (algorithm) => {
    const service = await setUp({ algorithm });
    const { token } = service.tokens.sign(person);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom(...Array.from(alphabet)),
        async (at, character) => {
          fc.pre(token[at] !== character);
          await refused(service, `${token.slice(0, at)}${character}${token.slice(at + 1)}`);
        },
      ),
      { numRuns: 200 },
    );
    for (const character of alphabet.replace(token.at(-1) ?? '', '')) {
      await refused(service, `${token.slice(0, -1)}${character}`);
    }
  });

  it('refuses anything that is not a token', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(person);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const wrong = [
      '',
      '.',
      '..',
      '...',
      header,
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${token}.`,
      `.${token}`,
      `${token} `,
    ];
    wrong.push(
      ` ${token}`,
      `${token}\n`,
      `${header}..${signature}`,
      `${encode(null)}.${payload}.${signature}`,
      `bnVsbA.bnVsbA.bnVsbA`,
    );
    wrong.push(`${encode([])}.${payload}.${signature}`, `${encode('x')}.${payload}.${signature}`, `Bearer ${token}`);
    for (const text of wrong) await refused(service, text);
    await fc.assert(
      fc.asyncProperty(fc.string(), (text) => refused(service, text)),
      { numRuns: 100 },
    );
  });

  it('refuses a payload that is not an object, though signed', async () => {
    const service = await setUp();
    const { kid, privateKey } = service.ring.signingKey();
    for (const payload of ['null', '[]', '"text"', '7', 'not json', '']) {
      const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${Buffer.from(payload).toString('base64url')}`;
      await refused(service, `${text}.${createHmac('sha256', privateKey).update(text).digest('base64url')}`);
    }
  });

  it('does not look at a huge token', async () => {
    const service = await setUp();
    const padding = (length: number): string => signed(service, { padding: 'x'.repeat(length) });
    const maxPadding = Math.floor(((8192 - padding(0).length) * 3) / 4) - 2;
    expect(padding(maxPadding).length).toBeLessThanOrEqual(8192);
    await service.tokens.verify(padding(maxPadding));
    expect(padding(maxPadding + 8).length).toBeGreaterThan(8192);
    await refused(service, padding(maxPadding + 8));
    await refused(service, 'a'.repeat(10_000_000));
  });

  it('does not log the token when it is rejected', async () => {
    const service = await setUp();
    const secretText = 'SECRETSECRET';
    const tokens = [
      `${Buffer.from(secretText).toString('base64url')}.x.yw`,
      signed(service, { aud: 'x', sub: secretText }),
    ];
    for (const token of tokens) {
      const error = await service.tokens.verify(token).then(
        () => new Error('accepted'),
        (thrown: unknown) => thrown as Error,
      );
      expect(`${error.message} ${String(error.cause)}`).not.toContain('SECRET');
      expect(error).toMatchObject({ code: 'invalid_token' });
    }
  });
});
