import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres.js';
import { waitUntil } from '../support/wait-until.js';
import { closeAll, makeInstance, timed, type TestInstance } from './support.js';

/** A lease lasts two seconds; the rest is for a busy machine. */
const boundMs = 8_000;

let database: TestDatabase;
const instances: TestInstance[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());
afterEach(() => closeAll(instances));

/** How often a writer gave up on the others after the time of a lease. */
const givenUp = (writer: TestInstance): number => writer.lines.filter((line) => 'waited_for' in line).length;

const instance = (): TestInstance => {
  const one = makeInstance(database.url);
  instances.push(one);
  return one;
};

const registered = async (): Promise<TestInstance> => {
  const one = instance();
  await one.register();
  return one;
};

describe('an invalidation is settled', () => {
  beforeEach(async () => {
    const one = instance();
    await one.db.knex.raw('TRUNCATE cluster_topics, instances');
  });

  it('when the other instance has applied, without waiting for a heartbeat', async () => {
    const heartbeats = vi.spyOn(globalThis, 'setInterval').mockReturnValue(setTimeout(() => undefined, 0));
    const [writer, other] = [await registered(), await registered()];
    heartbeats.mockRestore();
    for (let count = 1; count <= 20; count += 1) {
      await writer.publish();
      expect([writer.applied(), other.applied()]).toEqual([count, count]);
    }
    expect([givenUp(writer), writer.instances.isFresh, other.instances.isFresh]).toEqual([0, true, true]);
  });

  it('when all others have applied, whichever of them announce at the same time', async () => {
    const all = [await registered(), await registered(), await registered()] as const;
    const publishAndCheck = async ({ db, info, instances: registry }: TestInstance): Promise<void> => {
      const invalidation = await db.transaction((trx) => registry.publish(trx, 'cache'));
      await registry.waitForAcks(invalidation);
      // The row of the publisher follows with its next heartbeat.
      const others = db.knex('instances').whereNot('id', info.id).whereRaw('lease_until > clock_timestamp()');
      expect(await others.whereRaw(`(acknowledged ->> 'cache')::int < ?`, invalidation.version)).toEqual([]);
    };
    await Promise.all(Array.from({ length: 10 }, () => all.map(publishAndCheck)).flat());
    const acknowledged = (): Promise<unknown[]> => all[0].db.knex('instances').pluck('acknowledged');
    await waitUntil('all rows show the last version', async () =>
      isDeepStrictEqual(await acknowledged(), Array(3).fill({ cache: 30 })),
    );
  });

  it('immediately if there is no other instance, or the other has left', async () => {
    const [writer, other] = [await registered(), await registered()];
    await other.instances.unregister();
    await writer.publish();
    expect([givenUp(writer), other.instances.isFresh]).toEqual([0, false]);
    expect(await writer.db.knex('instances').pluck('id')).toEqual([writer.info.id]);
  });

  it('for a writer that has not joined, such as a command', async () => {
    const [command, other] = [instance(), await registered()];
    await command.publish();
    expect([command.applied(), other.applied()]).toEqual([1, 1]);
    expect(command.instances.isFresh).toBe(true);
  });

  it('only after an action in progress has ended', async () => {
    const [writer, other] = [await registered(), await registered()];
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    let isDone = false;
    other.instances.on('cache', async () => {
      await gate;
      isDone = true;
    });
    let isSettled = false;
    const settling = writer.publish().then(() => (isSettled = true));
    await waitUntil('the other has begun', () => other.applied() === 1);
    expect([isSettled, other.instances.isFresh]).toEqual([false, false]);
    finish();
    await settling;
    expect(isDone).toBe(true);
  });

  it('when the lease of a killed instance ends, and not later', async () => {
    const [writer, killed] = [await registered(), instance()];
    await killed.db.knex.raw(
      `INSERT INTO instances (id, hostname, pid, version, lease_until, last_seen_at)
        VALUES (?, 'gone', 4711, '0', clock_timestamp() + interval '800 ms', clock_timestamp())`,
      [killed.info.id],
    );
    await writer.publish();
    const lease = writer.db.knex('instances').where('id', killed.info.id);
    expect(await lease.select(writer.db.knex.raw('lease_until <= clock_timestamp() AS ended'))).toEqual([
      { ended: true },
    ]);
    expect(givenUp(writer)).toBe(0);
  });

  it('after two seconds, with a warning, however long a lease the row claims', async () => {
    const writer = await registered();
    await writer.db.knex.raw(
      `INSERT INTO instances (id, hostname, pid, version, lease_until, last_seen_at)
        VALUES (gen_random_uuid(), 'from the future', 4711, '0', clock_timestamp() + interval '1 hour', clock_timestamp())`,
    );
    expect(await timed(() => writer.publish())).toBeLessThan(boundMs);
    const warning = writer.lines.find((line) => Array.isArray(line['waited_for']));
    expect(warning).toMatchObject({ topic: 'cache', waited_for: [{ hostname: 'from the future', pid: 4711 }] });
  });

  it('even if the local handler fails; cached values are not trusted until it succeeds', async () => {
    const writer = await registered();
    let isBroken = true;
    const remove = writer.instances.on('keys', async () => {
      if (isBroken) throw new Error('out of order');
    });
    await writer.publish('keys');
    expect(writer.instances.isFresh).toBe(false);
    isBroken = false;
    await waitUntil('the act was repeated', () => writer.instances.isFresh);
    expect(writer.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    remove();
  });

  it('even if the handler of another instance fails, which is not trusted until its lease expires', async () => {
    const [writer, other] = [await registered(), await registered()];
    let isBroken = true;
    other.instances.on('keys', async () => {
      if (isBroken) throw new Error('out of order');
    });
    expect(await timed(() => writer.publish('keys'))).toBeLessThan(boundMs);
    expect(other.instances.isFresh).toBe(false);
    const before = givenUp(writer);
    await writer.publish('keys');
    expect(givenUp(writer)).toBe(before);
    isBroken = false;
    await waitUntil('it has applied', () => other.instances.isFresh);
    await writer.publish('keys');
    expect(other.instances.isFresh).toBe(true);
  });

  it('by no instance if the transaction is rolled back', async () => {
    const [writer, other] = [await registered(), await registered()];
    const failure = writer.db.transaction(async (trx) => {
      await writer.instances.publish(trx, 'cache');
      throw new Error('changed my mind');
    });
    await expect(failure).rejects.toThrow('changed my mind');
    await writer.publish('keys');
    expect([writer.applied(), other.applied()]).toEqual([0, 0]);
  });

  it('shows in the metrics', async () => {
    const [writer] = [await registered(), await registered()];
    await writer.publish();
    await waitUntil('a look after the other has come', async () =>
      /^rollcall_cluster_instances 2$/m.test(await writer.metrics.expose()),
    );
    const text = await writer.metrics.expose();
    expect(text).toMatch(/^rollcall_cluster_announcements_total\{topic="cache"\} 1$/m);
    expect(text).toMatch(/^rollcall_cluster_settle_duration_seconds_count\{topic="cache"\} 1$/m);
    expect(text).toMatch(/^rollcall_cluster_lease_remaining_seconds [01]\.\d+$/m);
  });
});
