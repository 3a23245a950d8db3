import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyRotation } from '../../../src/models/keys/key-rotation.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { SecretBox } from '../../../src/security/secret-box.js';
import { KeyRingError } from '../../../src/security/key-ring.js';
import { createMigratedDatabase, silentLog, type TestDatabase } from '../../support/postgres.js';
import { otherHexKey, only } from '../../security/support.js';
import {
  auditOf,
  connectInvalidations,
  keyRows,
  keyStates,
  lapseClaims,
  openInstance,
  type Instance,
  type InstanceOptions,
} from './support.js';

let database: TestDatabase;
const instances: Instance[] = [];

const open = async (options?: InstanceOptions): Promise<Instance> => {
  const instance = await openInstance(database.url, options);
  instances.push(instance);
  return instance;
};

const pair = async (): Promise<[Instance, Instance]> => {
  const one = await open();
  const other = await open({ clock: one.clock });
  connectInvalidations(one, other);
  return [one, other];
};

const onRequest = { reason: 'request', actorId: null, requestMetadata: null } as const;
const subject = { userId: 'u', sessionId: 's', username: 'ada', roles: ['user'] };

beforeEach(async () => {
  database = await createMigratedDatabase();
});

afterEach(async () => {
  await Promise.all(instances.splice(0).map(({ db }) => db.close()));
  await database.drop();
});

/** A rotation that fails when its key is published and does not sign yet. */
const cutOff = async ({ changes }: Instance, algorithm: 'HS256' | 'ES256' = 'ES256'): Promise<void> => {
  const onActivate = (): Promise<void> => Promise.reject(new Error('cut off'));
  await expect(changes.rotate({ ...onRequest, algorithm, onActivate })).rejects.toThrow('cut off');
};

describe('concurrent rotations', () => {
  it('run one after the other on two instances, and no token is rejected on either', async () => {
    const [one, other] = await pair();
    const first = one.ring.signingKey().kid;
    const progress = { isOver: false };
    const verifying = (async () => {
      let count = 0;
      while (!progress.isOver) {
        for (const [signer, verifier] of [
          [one, other],
          [other, one],
        ] as const) {
          await verifier.tokens.verify(signer.tokens.sign(subject).token);
          count += 1;
        }
        await new Promise(setImmediate);
      }
      return count;
    })();
    const order = (index: number) => ({ ...onRequest, algorithm: index % 3 === 0 ? ('ES256' as const) : undefined });
    const keys = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).changes.rotate(order(index))),
    );
    progress.isOver = true;
    expect(await verifying).toBeGreaterThan(20);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(10);
    const rows = await keyRows(one);
    expect(rows).toHaveLength(11);
    const active = only(rows.filter(({ state }) => state === 'active'));
    expect([one.ring.signingKey().kid, other.ring.signingKey().kid]).toEqual([active.id, active.id]);
    const chain = (await auditOf(one, 'key.rotated')).map(({ details }) => [details['previous'], details['kid']]);
    const next = new Map(chain as [string, string][]);
    const walked = [first];
    while (next.has(walked.at(-1) ?? '')) walked.push(next.get(walked.at(-1) ?? '') ?? '');
    expect([walked.length, walked.at(-1)]).toEqual([11, active.id]);
  });

  it('create one key when two instances apply the same change of the setting', async () => {
    const [one, other] = await pair();
    one.settings.current.auth.keys.algorithm = 'ES256';
    other.settings.current.auth.keys.algorithm = 'ES256';
    const follow = async ({ changes }: Instance): Promise<void> => {
      while (!(await changes.applyConfiguredAlgorithm())) await new Promise(setImmediate);
    };
    await Promise.all([follow(one), follow(other), follow(one)]);
    expect(await keyStates(one)).toEqual(['active ES256', 'retiring HS256']);
    await follow(other);
    expect(await keyRows(one)).toHaveLength(2);
  });
});

describe('a rotation that is interrupted between its steps', () => {
  it('leaves a key that is published and verifies, and the service continues', async () => {
    const [one, other] = await pair();
    await cutOff(one);
    expect(await keyStates(one)).toEqual(['active HS256', 'next ES256']);
    expect(other.ring.jwks().keys).toHaveLength(1);
    expect(other.ring.signingKey().algorithm).toBe('HS256');
    expect(await auditOf(one, 'key.rotated')).toEqual([]);
  });

  it('locks its key until the lock expires; then the next rotation to the algorithm completes it', async () => {
    const [one, other] = await pair();
    await cutOff(one);
    const left = only((await keyRows(one)).filter(({ state }) => state === 'next'));
    await other.changes.rotate({ ...onRequest, algorithm: 'ES256' });
    expect(await keyStates(one)).toEqual(['active ES256', 'next ES256', 'retiring HS256']);
    await lapseClaims(one);
    expect(await other.changes.rotate({ ...onRequest, algorithm: 'ES256' })).toMatchObject({
      kid: left.id,
      state: 'active',
    });
    expect(await keyStates(one)).toEqual(['active ES256', 'retiring ES256', 'retiring HS256']);
  });

  it('is removed by the next rotation to another algorithm, once its lock has expired', async () => {
    const one = await open();
    await cutOff(one);
    await lapseClaims(one);
    await one.changes.rotate(onRequest);
    expect(await keyStates(one)).toEqual(['active HS256', 'retiring HS256']);
  });

  it('is not completed with a key that this encryption key cannot decrypt', async () => {
    const one = await open();
    await cutOff(one);
    await lapseClaims(one);
    await one.db
      .knex('signing_keys')
      .where({ state: 'next' })
      .update({ encrypted_secret: Buffer.alloc(64) });
    const [left] = await one.db.knex<{ id: string; state: string }>('signing_keys').where({ state: 'next' });
    expect((await one.changes.rotate({ ...onRequest, algorithm: 'ES256' })).kid).not.toBe(left?.id);
    expect(await keyStates(one)).toEqual(['active ES256', 'retiring HS256']);
  });

  it('leaves its key to the rotation that took it over, even if that one is interrupted too', async () => {
    const [one, other] = [await open(), await open()];
    let replacedId: string | undefined;
    one.instances.on('keys', async () => {
      if (replacedId !== undefined) return;
      replacedId = only((await keyRows(one)).filter(({ state }) => state === 'next')).id;
      await lapseClaims(other);
      await cutOff(other);
    });
    expect((await one.changes.rotate({ ...onRequest, algorithm: 'ES256' })).kid).not.toBe(replacedId);
    expect(await keyStates(one)).toEqual(['active ES256', 'next ES256', 'retiring HS256']);
  });

  it('starts again if another rotation completed it or removed its key', async () => {
    for (const interfere of [
      async (other: Instance): Promise<void> => {
        await lapseClaims(other);
        await other.changes.rotate({ ...onRequest, algorithm: 'ES256' });
      },
      async (other: Instance): Promise<void> => {
        const [next] = (await keyRows(other)).filter(({ state }) => state === 'next');
        await other.changes.remove(next?.id ?? '', onRequest);
      },
    ]) {
      const one = await open();
      const other = await open({ clock: one.clock });
      const before = (await keyRows(one)).length;
      const progress = { hasMeddled: false };
      one.instances.on('keys', async () => {
        if (progress.hasMeddled) return;
        progress.hasMeddled = true;
        await interfere(other);
      });
      const { kid } = await one.changes.rotate({ ...onRequest, algorithm: 'ES256' });
      expect(one.ring.signingKey().kid).toBe(kid);
      const rows = await keyRows(one);
      expect(only(rows.filter(({ state }) => state === 'active')).id).toBe(kid);
      expect(rows.some(({ state }) => state === 'next')).toBe(false);
      expect(rows.length).toBeGreaterThan(before);
    }
  });
});

describe('the database', () => {
  it('is not changed by an instance with another encryption key, whose keys the others could not read', async () => {
    const one = await open();
    const { db, instances, settings, clock } = one;
    const [secretBox, log, metrics] = [new SecretBox(otherHexKey), silentLog(), new Metrics()];
    const foreign = new KeyRotation({ db, instances, settings, clock, secretBox, log, metrics });
    await expect(foreign.rotate(onRequest)).rejects.toThrow(KeyRingError);
    expect(await keyStates(one)).toEqual(['active HS256']);
  });

  it('is written in one transaction for each step, each announced', async () => {
    const one = await open();
    const version = async (): Promise<unknown> =>
      (await one.db.knex('cluster_topics').where({ topic: 'keys' }).first<{ version: number } | undefined>())?.version;
    await one.changes.rotate(onRequest);
    expect(await version()).toBe(2);
    expect(await one.changes.applyConfiguredAlgorithm()).toBe(true);
    expect(await version()).toBe(2);
  });
});
