import { createHmac, createSign, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { user, setUp, encode, decode, signed, expectRejected } from './access-token-fixture.js';

describe('algorithm and key', () => {
  it('rejects alg none, signed or not', async () => {
    const service = await setUp();
    for (const alg of ['none', 'None', 'NONE', '', undefined, null, 'HS512', 'RS256', ['HS256']]) {
      const token = signed(service, {}, { alg });
      await expectRejected(service, token);
      await expectRejected(service, token.slice(0, token.lastIndexOf('.') + 1));
    }
  });

  it.each(['RS256', 'ES256'] as const)('rejects HS256 with the public key of %s as the secret', async (algorithm) => {
    const service = await setUp({ algorithm });
    const { kid } = service.ring.signingKey();
    const { token } = service.tokens.sign(user);
    const publicKey = (await service.ring.find(kid))?.verifyKey;
    const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${token.split('.')[1] ?? ''}`;
    const jwk = JSON.stringify(publicKey?.export({ format: 'jwk' }));
    const pem = String(publicKey?.export({ type: 'spki', format: 'pem' }));
    for (const secret of [pem, pem.trim(), jwk, publicKey?.export({ type: 'spki', format: 'der' }) ?? '']) {
      await expectRejected(service, `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`);
    }
  });

  it('rejects the right key with another algorithm of its kind', async () => {
    const service = await setUp({ algorithm: 'RS256' });
    const { kid, privateKey } = service.ring.signingKey();
    const text = `${encode({ alg: 'RS512', typ: 'at+jwt', kid })}.${service.tokens.sign(user).token.split('.')[1] ?? ''}`;
    await expectRejected(service, `${text}.${createSign('sha512').update(text).sign(privateKey, 'base64url')}`);
  });

  it('rejects a missing, malformed, unknown or foreign kid', async () => {
    const service = await setUp();
    for (const kid of [undefined, null, '', 1, {}, 'x', '../../dev/null', '__proto__', randomUUID()]) {
      await expectRejected(service, signed(service, {}, { kid }));
    }
    const { lists } = service.store;
    await expectRejected(service, signed(service, {}, { kid: [randomUUID()] }));
    expect(service.store.lists).toBe(lists);
    const other = await setUp();
    await expectRejected(service, other.tokens.sign(user).token);
    await expectRejected(service, signed(other, {}, { kid: service.ring.signingKey().kid }));
  });

  it('does not use a key that the token contains', async () => {
    const service = await setUp();
    const own = randomBytes(32);
    const header = { alg: 'HS256' as const, typ: 'at+jwt', jwk: { kty: 'oct', k: own.toString('base64url') } };
    const claims = decode(signed(service).split('.')[1]);
    const token = jwt.sign(claims, createSecretKey(own), {
      header: { ...header, kid: service.ring.signingKey().kid },
    });
    await expectRejected(service, token);
  });

  it('rejects critical headers', async () => {
    const service = await setUp();
    for (const crit of [['exp'], [], 'x', null]) await expectRejected(service, signed(service, {}, { crit, exp: 1 }));
  });

  it('rejects every token of a removed key', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(user);
    service.store.rows = [];
    await service.ring.reload();
    await expectRejected(service, token);
  });

  it('propagates a failure of the key store instead of rejecting the token', async () => {
    const service = await setUp();
    service.store.beforeList = () => Promise.reject(new Error('the store is away'));
    await expect(service.tokens.verify(signed(service, {}, { kid: randomUUID() }))).rejects.toThrow(
      'the store is away',
    );
  });
});

describe('form', () => {
  it.each(['HS256', 'ES256', 'RS256'] as const)('rejects an %s token with any character changed', async (algorithm) => {
    const service = await setUp({ algorithm });
    const { token } = service.tokens.sign(user);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom(...Array.from(alphabet)),
        async (at, character) => {
          fc.pre(token[at] !== character);
          await expectRejected(service, `${token.slice(0, at)}${character}${token.slice(at + 1)}`);
        },
      ),
      { numRuns: 200 },
    );
    for (const character of alphabet.replace(token.at(-1) ?? '', '')) {
      await expectRejected(service, `${token.slice(0, -1)}${character}`);
    }
  });

  it('rejects anything that is not a token', async () => {
    const service = await setUp();
    const { token } = service.tokens.sign(user);
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
    for (const text of wrong) await expectRejected(service, text);
    await fc.assert(
      fc.asyncProperty(fc.string(), (text) => expectRejected(service, text)),
      { numRuns: 100 },
    );
  });

  it('rejects a signed payload that is not an object', async () => {
    const service = await setUp();
    const { kid, privateKey } = service.ring.signingKey();
    for (const payload of ['null', '[]', '"text"', '7', 'not json', '']) {
      const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${Buffer.from(payload).toString('base64url')}`;
      await expectRejected(service, `${text}.${createHmac('sha256', privateKey).update(text).digest('base64url')}`);
    }
  });

  it('does not look at a huge token', async () => {
    const service = await setUp();
    const padding = (length: number): string => signed(service, { padding: 'x'.repeat(length) });
    const maxPadding = Math.floor(((8192 - padding(0).length) * 3) / 4) - 2;
    expect(padding(maxPadding).length).toBeLessThanOrEqual(8192);
    await service.tokens.verify(padding(maxPadding));
    expect(padding(maxPadding + 8).length).toBeGreaterThan(8192);
    await expectRejected(service, padding(maxPadding + 8));
    await expectRejected(service, 'a'.repeat(10_000_000));
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
