import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../src/security/secret-box.js';
import { encryptionContext } from '../../src/security/key-material.js';
import { KeyRingError } from '../../src/security/key-ring.js';
import { MemoryKeyStore, only, openRing, otherHexKey } from './support.js';
import { keyAlgorithms, storedKey } from './key-fixture.js';

describe('opening', () => {
  it.each(keyAlgorithms)('creates the first active key for %s, encrypted, and finds it again', async (algorithm) => {
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

  it('reports that the encryption key is a different one', async () => {
    const { store } = await openRing();
    const opened = openRing({ store, secretBox: new SecretBox(otherHexKey) });
    await expect(opened).rejects.toThrow(KeyRingError);
    await expect(opened).rejects.toThrow('the signing keys were encrypted with a different auth.keys.encryptionKey');
  });

  it('opens despite an expired key', async () => {
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
  it('follows another instance: it signs with a new active key and drops a removed one', async () => {
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

  it('omits a key that cannot be decrypted, logs it once, and keeps using the others', async () => {
    const { ring, store, lines } = await openRing();
    const foreign = await storedKey(new SecretBox(otherHexKey), 'next', null);
    store.rows.push(foreign);
    await ring.reload();
    await ring.reload();
    expect(await ring.find(foreign.id)).toBeUndefined();
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
    expect(lines.filter((line) => line.includes(foreign.id))).toHaveLength(1);
  });

  it('keeps the loaded keys if the active one can no longer be decrypted', async () => {
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

  it('creates a new active key if the store has lost its own', async () => {
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
