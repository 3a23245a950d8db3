import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/security/key-ring.js';
import { captureError } from '../support/capture-error.js';
import { capturingLog, openRing } from './support.js';

/** A ring on the store of another, whose memory is trusted as the test says. */
const openSecond = async (first: Awaited<ReturnType<typeof openRing>>) => {
  const trust = { isGiven: true };
  const { store, secretBox, clock } = first;
  const ring = await KeyRing.open({
    ...{ store, secretBox, clock, log: capturingLog().log, newId: randomUUID },
    settings: { current: { auth: { access: { ttl: 900_000 }, keys: { algorithm: 'HS256' } } } },
    isFresh: () => trust.isGiven,
  });
  return { ring, trust };
};

describe('an untrusted key ring', () => {
  it('does not find a key that another instance has removed', async () => {
    const first = await openRing();
    const { ring, trust } = await openSecond(first);
    const { kid } = ring.signingKey();
    await openRing({ ...first, store: Object.assign(first.store, { rows: [] }) });
    expect(await ring.find(kid)).toMatchObject({ kid });
    trust.isGiven = false;
    expect(await ring.find(kid)).toBeUndefined();
  });

  it('signs, once confirmed, with the key that another instance has activated', async () => {
    const first = await openRing();
    const { ring, trust } = await openSecond(first);
    const old = ring.signingKey().kid;
    first.store.rows = [];
    const { ring: changed } = await openRing(first);
    await ring.refreshIfStale();
    expect(ring.signingKey().kid).toBe(old);
    trust.isGiven = false;
    await ring.refreshIfStale();
    expect(ring.signingKey().kid).toBe(changed.signingKey().kid);
  });

  it('fails instead of using its keys while the store does not respond', async () => {
    const first = await openRing();
    const { ring, trust } = await openSecond(first);
    const { kid } = ring.signingKey();
    trust.isGiven = false;
    first.store.beforeList = () => Promise.reject(new Error('no store'));
    expect(await captureError(ring.find(kid))).toMatchObject({ message: 'no store' });
  });
});
