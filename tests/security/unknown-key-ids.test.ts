import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UnknownKeyIds } from '../../src/security/unknown-key-ids.js';
import { FakeClock, openRing } from './support.js';
import { storedKey } from './key-fixture.js';

describe('finding', () => {
  it('looks an unknown UUID up in the store, since another instance may have created it', async () => {
    const { ring, store, secretBox } = await openRing();
    const key = await storedKey(secretBox, 'next', null, 'ES256');
    store.rows.push(key);
    expect(await ring.find(key.id)).toMatchObject({ kid: key.id, algorithm: 'ES256' });
    const lists = store.lists;
    await ring.find(key.id);
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

  it('looks many up in one query, and remembers missing ones for five seconds', async () => {
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

  it('does not trust a read that began before the lookup', async () => {
    const { ring, store, secretBox } = await openRing();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    store.beforeList = () => held;
    const early = ring.find(randomUUID());
    const key = await storedKey(secretBox, 'next', null);
    store.rows.push(key);
    const late = ring.find(key.id);
    store.beforeList = undefined;
    release();
    expect(await early).toBeUndefined();
    expect(await late).toMatchObject({ kid: key.id });
  });

  it('propagates a failure of the store without remembering it, and keeps its keys', async () => {
    const { ring, store, secretBox } = await openRing();
    const key = await storedKey(secretBox, 'next', null);
    store.rows.push(key);
    store.beforeList = () => Promise.reject(new Error('the store is away'));
    await expect(ring.find(key.id)).rejects.toThrow('the store is away');
    expect(await ring.find(ring.signingKey().kid)).toBeDefined();
    store.beforeList = undefined;
    expect(await ring.find(key.id)).toMatchObject({ kid: key.id });
  });

  it('bounds the number of remembered ids', () => {
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
