import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../src/security/secret-box.js';
import { fingerprintOf, generateSecret, importSecret, encryptionContext } from '../../src/security/key-material.js';
import { retentionMs, retentionEnd } from '../../src/security/key-retention.js';
import { KeyRingError, type KeyAlgorithm, type KeyState, type StoredKey } from '../../src/security/key-ring.js';
import { UnknownKeyIds } from '../../src/security/unknown-key-ids.js';
import { FakeClock, MemoryKeyStore, hexKey, only, openRing, otherHexKey } from './support.js';

const keyAlgorithms = ['HS256', 'ES256', 'RS256'] as const;

/** A key as another instance would store it. */
const storedKey = async (
  secretBox: SecretBox,
  state: KeyState,
  expiresAt: Date | null,
  algorithm: KeyAlgorithm = 'HS256',
): Promise<StoredKey> => {
  const id = randomUUID();
  const encryptedSecret = secretBox.seal(await generateSecret(algorithm), encryptionContext(id, algorithm));
  const made = { madeFor: algorithm, tokenTtlMs: 900_000, tokensUntil: null };
  return { id, algorithm, state, encryptedSecret, publicJwk: null, createdAt: new Date(0), expiresAt, ...made };
};

describe('opening', () => {
  it.each(keyAlgorithms)('makes the first active key of %s, sealed, and finds it again', async (algorithm) => {
    const { ring, store, secretBox, clock, lines } = await openRing({ algorithm });
    const row = only(store.rows);
    const { kid, privateKey } = ring.signingKey();
    expect(row).toMatchObject({ id: kid, algorithm, state: 'active', expiresAt: null, createdAt: clock.now() });
    const secret =
      privateKey.type === 'secret' ? privateKey.export() : privateKey.export({ type: 'pkcs8', format: 'der' });
    expect(row.encryptedSecret.includes(secret)).toBe(false);
    expect(lines.join('')).toContain(ring.fingerprint(kid));
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      expect(lines.join('')).not.toContain(secret.toString(form));
    }
    const again = await openRing({ algorithm, store, secretBox });
    expect(again.ring.signingKey().kid).toBe(kid);
    expect(again.ring.signingKey().privateKey.equals(privateKey)).toBe(true);
    expect(again.ring.fingerprint(kid)).toBe(ring.fingerprint(kid));
    expect(store.rows).toHaveLength(1);
  });

  it('agrees on one key when two instances open an empty store at once', async () => {
    const store = new MemoryKeyStore();
    const rings = await Promise.all(Array.from({ length: 5 }, () => openRing({ store, algorithm: 'ES256' })));
    expect(new Set(rings.map(({ ring }) => ring.signingKey().kid))).toEqual(new Set([only(store.rows).id]));
  });

  it('keeps the active key when the setting names another algorithm', async () => {
    const { store, secretBox, ring } = await openRing({ algorithm: 'HS256' });
    const other = await openRing({ store, secretBox, algorithm: 'RS256' });
    expect(other.ring.signingKey()).toMatchObject({ kid: ring.signingKey().kid, algorithm: 'HS256' });
  });

  it('says clearly that the encryption key is another', async () => {
    const { store } = await openRing();
    const opened = openRing({ store, secretBox: new SecretBox(otherHexKey) });
    await expect(opened).rejects.toThrow(KeyRingError);
    await expect(opened).rejects.toThrow('the signing keys were encrypted with a different auth.keys.encryptionKey');
  });

  it('is not kept from opening by a key that has expired', async () => {
    const { store, secretBox, clock, ring } = await openRing();
    store.rows.push(await storedKey(new SecretBox(otherHexKey), 'retiring', new Date(clock.ms - 1)));
    expect((await openRing({ store, secretBox, clock })).ring.signingKey().kid).toBe(ring.signingKey().kid);
  });

  it('does not take a secret from another row, or for another algorithm', async () => {
    const { store, secretBox } = await openRing();
    const row = only(store.rows);
    const stolen = new MemoryKeyStore();
    stolen.rows = [{ ...row, id: randomUUID() }];
    await expect(openRing({ store: stolen, secretBox })).rejects.toThrow(KeyRingError);
    const asymmetric = await openRing({ algorithm: 'ES256', secretBox });
    stolen.rows = [{ ...only(asymmetric.store.rows), algorithm: 'HS256' }];
    await expect(openRing({ store: stolen, secretBox })).rejects.toThrow(KeyRingError);
  });

  it('reports a key as damaged if it can be decrypted but is not a key', async () => {
    const { store, secretBox } = await openRing();
    const row = only(store.rows);
    store.rows = [
      { ...row, encryptedSecret: secretBox.seal(Buffer.from('short'), encryptionContext(row.id, 'HS256')) },
    ];
    await expect(openRing({ store, secretBox })).rejects.toThrow(`the signing key ${row.id} is damaged`);
  });
});

describe('secrets', () => {
  it('are at least as strong as the algorithm asks', async () => {
    expect((await generateSecret('HS256')).length).toBeGreaterThanOrEqual(32);
    expect(await generateSecret('HS256')).not.toEqual(await generateSecret('HS256'));
    const ec = importSecret('ES256', await generateSecret('ES256'));
    expect(ec.privateKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    const rsa = importSecret('RS256', await generateSecret('RS256'));
    expect(rsa.privateKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  });

  it('are refused when they are weak or of another kind', () => {
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

  it('come from the private key, whatever the table says', async () => {
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

describe('finding', () => {
  it('asks the store for an unknown UUID: another instance may have made it', async () => {
    const { ring, store, secretBox } = await openRing();
    const made = await storedKey(secretBox, 'next', null, 'ES256');
    store.rows.push(made);
    expect(await ring.find(made.id)).toMatchObject({ kid: made.id, algorithm: 'ES256' });
    const lists = store.lists;
    await ring.find(made.id);
    expect(store.lists).toBe(lists);
  });

  it('does not query ids that are not UUIDs', async () => {
    const { ring, store } = await openRing();
    const lists = store.lists;
    for (const kid of ['', 'x', '../../etc/passwd', '__proto__', "' or 1=1", `${randomUUID()}x`, 'a'.repeat(8000)]) {
      expect(await ring.find(kid)).toBeUndefined();
    }
    expect(store.lists).toBe(lists);
  });

  it('asks once for many at a time, and remembers for five seconds what is missing', async () => {
    const { ring, store, clock } = await openRing();
    const kid = randomUUID();
    let lists = store.lists;
    expect(await Promise.all(Array.from({ length: 50 }, () => ring.find(kid)))).toEqual(Array(50).fill(undefined));
    expect(store.lists - lists).toBeLessThanOrEqual(2);
    lists = store.lists;
    clock.advance(4.9);
    await ring.find(kid);
    expect(store.lists).toBe(lists);
    clock.advance(0.2);
    await ring.find(kid);
    expect(store.lists).toBe(lists + 1);
  });

  it('does not trust a read that began before the question', async () => {
    const { ring, store, secretBox } = await openRing();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    store.beforeList = () => held;
    const early = ring.find(randomUUID());
    const made = await storedKey(secretBox, 'next', null);
    store.rows.push(made);
    const late = ring.find(made.id);
    store.beforeList = undefined;
    release();
    expect(await early).toBeUndefined();
    expect(await late).toMatchObject({ kid: made.id });
  });

  it('passes a failure of the store on, remembers nothing of it, and still knows its keys', async () => {
    const { ring, store, secretBox } = await openRing();
    const made = await storedKey(secretBox, 'next', null);
    store.rows.push(made);
    store.beforeList = () => Promise.reject(new Error('the store is away'));
    await expect(ring.find(made.id)).rejects.toThrow('the store is away');
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
    store.beforeList = undefined;
    expect(await ring.find(made.id)).toMatchObject({ kid: made.id });
  });

  it('bounds what it remembers', () => {
    const missing = new UnknownKeyIds(new FakeClock());
    const first = randomUUID();
    missing.add(first);
    const rest = Array.from({ length: 1000 }, () => randomUUID());
    for (const kid of rest) missing.add(kid);
    expect(missing.size).toBe(1000);
    expect(missing.has(first)).toBe(false);
    expect(rest.every((kid) => missing.has(kid))).toBe(true);
  });
});

describe('retention', () => {
  const inOneHour = (clock: FakeClock): Date => new Date(clock.ms + 3_600_000);

  it('ends at the moment of expiry, without waiting for a cleanup; the active key does not expire', async () => {
    const { ring, store, secretBox, clock } = await openRing({ algorithm: 'ES256' });
    const old = await storedKey(secretBox, 'retiring', inOneHour(clock), 'ES256');
    store.rows = [{ ...only(store.rows), expiresAt: inOneHour(clock) }, old];
    await ring.reload();
    expect(ring.jwks().keys).toHaveLength(2);
    clock.advance(3599);
    expect(await ring.find(old.id)).toBeDefined();
    clock.advance(1);
    expect(ring.jwks().keys).toHaveLength(1);
    expect(await ring.find(old.id)).toBeUndefined();
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
  });

  it('is cleaned up: expired keys go from store and memory, the active one never', async () => {
    const { ring, store, secretBox, clock, lines } = await openRing();
    const old = await storedKey(secretBox, 'retiring', inOneHour(clock));
    const next = await storedKey(secretBox, 'next', null);
    store.rows.push(old, next);
    await ring.reload();
    expect(await ring.cleanup()).toEqual([]);
    clock.advance(3600);
    expect(await ring.cleanup()).toEqual([old.id]);
    expect(store.rows.map((row) => row.id)).toEqual([ring.signingKey().kid, next.id]);
    expect(() => ring.fingerprint(old.id)).toThrow();
    expect(lines.join('')).toContain(old.id);
    clock.advance(10 * 365 * 86_400);
    expect(await ring.cleanup()).toEqual([]);
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
  });

  it('is access lifetime times factor, capped', () => {
    const of = (ttl: number, retentionFactor: number, maxRetention: number): number =>
      retentionMs({ auth: { access: { ttl }, keys: { retentionFactor, maxRetention } } });
    expect(of(900_000, 2, 259_200_000)).toBe(1_800_000);
    expect(of(86_400_000, 5, 259_200_000)).toBe(259_200_000);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 10 }), fc.nat(), (ttl, factor, cap) => {
        const kept = of(ttl, factor, cap);
        expect(kept <= cap && kept <= ttl * factor && (kept === cap || kept === ttl * factor)).toBe(true);
      }),
    );
  });
});

describe('the end of retention', () => {
  const now = new Date(Date.UTC(2026, 0, 1));
  const settings = (ttl: number, retentionFactor = 2, maxRetention = 259_200_000) => ({
    auth: { access: { ttl }, keys: { retentionFactor, maxRetention } },
  });
  const keptMs = (key: Partial<Parameters<typeof retentionEnd>[0]>, given: ReturnType<typeof settings>): number =>
    retentionEnd({ tokenTtlMs: given.auth.access.ttl, tokensUntil: null, ...key }, given, now).getTime() -
    now.getTime();

  it('comes when access lifetime times factor, or the cap, is over', () => {
    expect(keptMs({}, settings(900_000))).toBe(1_800_000);
    expect(keptMs({ tokenTtlMs: null }, settings(900_000, 10, 3_600_000))).toBe(3_600_000);
  });

  it('is never before the last token has expired that an instance may sign until it hears of the rotation', () => {
    expect(keptMs({}, settings(900_000, 1))).toBe(902_000);
    expect(keptMs({}, settings(900_000, 10, 900_000))).toBe(902_000);
  });

  it('waits for tokens of a longer lifetime, noted or not, beyond the cap', () => {
    const tokensUntil = new Date(now.getTime() + 86_400_000);
    expect(keptMs({ tokensUntil }, settings(900_000, 2, 3_600_000))).toBe(86_400_000);
    expect(keptMs({ tokenTtlMs: 86_400_000 }, settings(900_000))).toBe(86_402_000);
    expect(keptMs({ tokensUntil: new Date(now.getTime() - 1) }, settings(900_000))).toBe(1_800_000);
  });

  it('is never before the last token has expired, whatever the settings', () => {
    const ms = fc.integer({ min: 1000, max: 86_400_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 1, max: 100 }), ms, (ttl, tokenTtlMs, factor, cap) => {
        expect(keptMs({ tokenTtlMs }, settings(ttl, factor, cap))).toBeGreaterThan(Math.max(ttl, tokenTtlMs));
      }),
    );
  });
});

describe('the inventory', () => {
  it('counts what verifies, by state and algorithm', async () => {
    const { ring, store, secretBox, clock } = await openRing({ algorithm: 'ES256' });
    store.rows.push(
      await storedKey(secretBox, 'next', null),
      await storedKey(secretBox, 'retiring', new Date(clock.ms + 1000)),
    );
    await ring.reload();
    expect(ring.inventory()).toHaveLength(3);
    clock.advance(1);
    expect(ring.inventory().map(({ state, algorithm }) => `${state} ${algorithm}`)).toEqual([
      'active ES256',
      'next HS256',
    ]);
    expect(ring.active).toMatchObject({ algorithm: 'ES256', madeFor: 'ES256', tokenTtlMs: 900_000 });
  });
});

describe('reloading', () => {
  it('follows another instance: a new active key signs, a removed one is gone', async () => {
    const { ring, store, secretBox, clock } = await openRing();
    const first = only(store.rows);
    const second = await storedKey(secretBox, 'active', null);
    store.rows = [{ ...first, state: 'retiring', expiresAt: new Date(clock.ms + 1000) }, second];
    await ring.reload();
    expect(ring.signingKey().kid).toBe(second.id);
    expect(await ring.find(first.id)).toBeDefined();
    store.rows = [second];
    await ring.reload();
    expect(await ring.find(first.id)).toBeUndefined();
  });

  it('leaves a key that does not open out, says so once, and serves on with the others', async () => {
    const { ring, store, lines } = await openRing();
    const foreign = await storedKey(new SecretBox(otherHexKey), 'next', null);
    store.rows.push(foreign);
    await ring.reload();
    await ring.reload();
    expect(await ring.find(foreign.id)).toBeUndefined();
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
    expect(lines.filter((line) => line.includes(foreign.id))).toHaveLength(1);
  });

  it('keeps the keys at hand when the active one no longer opens', async () => {
    const { ring, store, secretBox } = await openRing();
    const { kid } = ring.signingKey();
    const row = only(store.rows);
    store.rows = [
      { ...row, encryptedSecret: new SecretBox(otherHexKey).seal(randomBytes(32), encryptionContext(kid, 'HS256')) },
    ];
    await expect(ring.reload()).rejects.toThrow(KeyRingError);
    expect(ring.signingKey().kid).toBe(kid);
    store.rows = [await storedKey(secretBox, 'active', null)];
    await ring.reload();
    expect(ring.signingKey().kid).toBe(only(store.rows).id);
  });

  it('makes a new active key when the store has lost its own', async () => {
    const { ring, store } = await openRing();
    const { kid } = ring.signingKey();
    store.rows = [];
    await ring.reload();
    expect(ring.signingKey().kid).toBe(only(store.rows).id);
    expect(await ring.find(kid)).toBeUndefined();
  });

  it('is one read at a time, and calls during a read share the next one', async () => {
    const { ring, store } = await openRing();
    let atOnce = 0;
    const reload20Times = (): Promise<void[]> => Promise.all(Array.from({ length: 20 }, () => ring.reload()));
    let during: Promise<void[]> | undefined;
    store.beforeList = async () => {
      atOnce += 1;
      during ??= reload20Times();
      expect(atOnce).toBe(1);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      atOnce -= 1;
    };
    const lists = store.lists;
    await reload20Times();
    await during;
    expect(store.lists).toBe(lists + 2);
  });
});
