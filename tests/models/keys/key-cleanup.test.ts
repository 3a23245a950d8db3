import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres.js';
import { auditOf, keyRows, keyStates, lapseClaims, openInstance, type Instance } from './support.js';

let database: TestDatabase;
let one: Instance;

const onRequest = { reason: 'request', actorId: null, requestMetadata: null } as const;

beforeEach(async () => {
  database = await createMigratedDatabase();
  one = await openInstance(database.url);
});

afterEach(async () => {
  await one.db.close();
  await database.drop();
});

const announced = async (): Promise<unknown> =>
  (await one.db.knex('cluster_topics').where({ topic: 'keys' }).first<{ version: number } | undefined>())?.version;

describe('cleanup', () => {
  it('removes a key when its retention is over, with an audit event and an invalidation, but never the active key', async () => {
    await one.changes.rotate(onRequest);
    const [old] = await keyRows(one);
    one.clock.advance(1799);
    expect(await one.ring.cleanup()).toEqual([]);
    expect(await announced()).toBe(2);
    one.clock.advance(1);
    expect(await one.ring.cleanup()).toEqual([old?.id]);
    expect(await announced()).toBe(3);
    expect(await auditOf(one, 'key.removed')).toMatchObject([
      { actor_id: null, details: { kid: old?.id, algorithm: 'HS256', reason: 'expired' } },
    ]);
    one.clock.advance(10 * 365 * 86_400);
    expect(await one.ring.cleanup()).toEqual([]);
    expect(await keyStates(one)).toEqual(['active HS256']);
  });

  it('removes a key that never became active after an hour, unless a rotation holds it', async () => {
    const onActivate = (): Promise<void> => Promise.reject(new Error('cut off'));
    await expect(one.changes.rotate({ ...onRequest, onActivate })).rejects.toThrow('cut off');
    one.clock.advance(3700);
    expect(await one.ring.cleanup()).toEqual([]);
    await lapseClaims(one);
    one.clock.advance(-200);
    expect(await one.ring.cleanup()).toEqual([]);
    one.clock.advance(200);
    expect(await one.ring.cleanup()).toHaveLength(1);
    expect((await auditOf(one, 'key.removed'))[0]?.details['reason']).toBe('abandoned');
  });
});

describe('a lifetime of tokens that changes', () => {
  const note = async (ttl: number, formerTtlMs: number): Promise<void> => {
    one.settings.current.auth.access.ttl = ttl;
    await one.changes.recordTokenTtl(formerTtlMs);
  };
  const active = async () => (await keyRows(one)).find(({ state }) => state === 'active');
  const hoursAhead = (hours: number): Date => new Date(one.clock.ms + hours * 3_600_000);
  const hour = 3_600_000;

  it('keeps the key until the last token of the longer lifetime has expired', async () => {
    await note(24 * hour, 900_000);
    await note(hour, 24 * hour);
    const until = hoursAhead(24);
    expect(await active()).toMatchObject({ token_ttl_ms: hour, tokens_until: until });
    one.clock.advance(7200);
    await note(900_000, hour);
    expect(await active()).toMatchObject({ token_ttl_ms: 900_000, tokens_until: until });
    await one.changes.rotate(onRequest);
    expect((await keyRows(one))[0]).toMatchObject({ state: 'retiring', expires_at: until });
    expect(await active()).toMatchObject({ token_ttl_ms: 900_000, tokens_until: null });
  });

  it('respects a lifetime that another instance recorded and this one does not know', async () => {
    await note(24 * hour, 0);
    await note(900_000, 0);
    expect((await active())?.tokens_until).toEqual(hoursAhead(24));
  });

  it('is respected by a rotation that comes before it was recorded', async () => {
    await note(24 * hour, 0);
    one.settings.current.auth.access.ttl = 900_000;
    await one.changes.rotate(onRequest);
    const [old] = await keyRows(one);
    expect(old?.expires_at?.getTime()).toBe(one.clock.ms + 24 * hour + 2000);
  });
});
