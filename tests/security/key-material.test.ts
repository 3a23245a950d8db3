import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../src/security/secret-box.js';
import { fingerprintOf, generateSecret, importSecret } from '../../src/security/key-material.js';
import { hexKey, only, openRing } from './support.js';
import { storedKey } from './key-fixture.js';

describe('secrets', () => {
  it('are at least as strong as the algorithm requires', async () => {
    expect((await generateSecret('HS256')).length).toBeGreaterThanOrEqual(32);
    expect(await generateSecret('HS256')).not.toEqual(await generateSecret('HS256'));
    const ec = importSecret('ES256', await generateSecret('ES256'));
    expect(ec.privateKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    const rsa = importSecret('RS256', await generateSecret('RS256'));
    expect(rsa.privateKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  });

  it('are rejected if they are weak or of another kind', () => {
    const der = { type: 'pkcs8', format: 'der' } as const;
    const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(der);
    const otherCurve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export(der);
    expect(() => importSecret('HS256', randomBytes(31))).toThrow(RangeError);
    expect(() => importSecret('RS256', weakRsa)).toThrow(RangeError);
    expect(() => importSecret('RS256', otherCurve)).toThrow(RangeError);
    expect(() => importSecret('ES256', otherCurve)).toThrow(RangeError);
    expect(() => importSecret('ES256', weakRsa)).toThrow(RangeError);
  });
});

describe('public keys', () => {
  it('are published for asymmetric keys only, without anything private', async () => {
    for (const algorithm of ['ES256', 'RS256'] as const) {
      const { ring } = await openRing({ algorithm });
      const { kid, privateKey } = ring.signingKey();
      const jwk = only(ring.jwks().keys) as Record<string, string>;
      expect(jwk).toMatchObject({ kid, alg: algorithm, use: 'sig', kty: algorithm === 'ES256' ? 'EC' : 'RSA' });
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).not.toHaveProperty(secret);
      expect(createPublicKey({ key: jwk, format: 'jwk' }).equals(createPublicKey(privateKey))).toBe(true);
    }
    expect((await openRing({ algorithm: 'HS256' })).ring.jwks()).toEqual({ keys: [] });
  });

  it('are derived from the private key, whatever the table contains', async () => {
    const { store, secretBox, ring } = await openRing({ algorithm: 'ES256' });
    const forged = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const honest = ring.jwks();
    store.rows = [{ ...only(store.rows), publicJwk: { ...forged.export({ format: 'jwk' }) } }];
    const again = await openRing({ store, secretBox });
    expect(again.ring.jwks()).toEqual(honest);
    expect((await again.ring.find(ring.signingKey().kid))?.verifyKey.equals(forged)).toBe(false);
  });

  it('have the start of their RFC 7638 thumbprint as fingerprint', () => {
    // The example of RFC 7638, section 3.1, has this thumbprint: NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const material = {
      privateKey,
      verifyKey: publicKey,
      publicJwk: { alg: 'RS256', n, kty: 'RSA', e: 'AQAB', kid: '2011' },
    };
    const thumbprint = Buffer.from('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'base64url').toString('hex');
    expect(fingerprintOf(material, new SecretBox(hexKey))).toBe(thumbprint.slice(0, 32));
  });

  it('have distinct fingerprints, which need the encryption key if the key is a secret', async () => {
    const { ring, secretBox, store } = await openRing();
    const next = await storedKey(secretBox, 'next', null);
    store.rows.push(next);
    await ring.reload();
    const { kid, privateKey } = ring.signingKey();
    expect(ring.fingerprint(kid)).toMatch(/^[0-9a-f]{32}$/);
    expect(ring.fingerprint(next.id)).not.toBe(ring.fingerprint(kid));
    const plainHmac = createHmac('sha256', '').update(privateKey.export()).digest('hex');
    expect(ring.fingerprint(kid)).not.toBe(plainHmac.slice(0, 32));
    expect(() => ring.fingerprint(randomUUID())).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
