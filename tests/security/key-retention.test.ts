import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retentionMs, retentionEnd } from '../../src/security/key-retention.js';
import { type FakeClock, only, openRing } from './support.js';
import { storedKey } from './key-fixture.js';

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

  it('comes after access lifetime times factor, or after the cap', () => {
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
