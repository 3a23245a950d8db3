import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenSql } from '../../src/instances/statements.js';
import { migrateUp } from '../../src/database/migrations.js';
import {
  createDatabase,
  createMigratedDatabase,
  openDatabase,
  silentLog,
  type TestDatabase,
} from '../support/postgres.js';
import { startProxy, type Proxy } from '../support/tcp-proxy.js';
import { waitUntil } from '../support/wait-until.js';
import { closeAll, makeInstance, timed, type TestInstance } from './support.js';

/** A lease lasts two seconds; the rest is for a busy machine. */
const boundMs = 8_000;

let database: TestDatabase;
let proxy: Proxy;
const instances: TestInstance[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  proxy = await startProxy(database.url);
  await instance().db.knex.raw('TRUNCATE cluster_topics, instances');
});
afterEach(async () => {
  await closeAll(instances);
  await proxy.close();
});

const instance = (url = database.url): TestInstance => {
  const one = makeInstance(url);
  instances.push(one);
  return one;
};

const registered = async (url?: string): Promise<TestInstance> => {
  const one = instance(url);
  await one.register();
  return one;
};

const terminate = (by: TestInstance, name: string): Promise<unknown> =>
  by.db.knex.raw('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ?', [name]);

describe('an instance that loses contact', () => {
  it.each([
    [
      'whose server hangs',
      async () => {
        proxy.hang();
      },
      async () => {
        proxy.resume();
      },
    ],
    ['whose server is gone', () => proxy.down(), () => proxy.up()],
  ])(
    '%s is waited for no longer than its lease, is untrusted before that, and handles invalidations before it is trusted again',
    async (_what, lose, regain) => {
      const [writer, other] = [await registered(), await registered(proxy.url)];
      await lose();
      expect(other.instances.isFresh).toBe(true);
      expect(await timed(() => writer.publish())).toBeLessThan(boundMs);
      expect([other.instances.isFresh, other.applied()]).toEqual([false, 0]);
      await regain();
      await waitUntil('it is trusted again', () => other.instances.isFresh);
      expect(other.applied()).toBe(1);
      const messages = other.lines
        .map(({ msg }) => String(msg))
        .filter((text) => text.includes('contact with other instances'));
      expect(messages.map((text) => /lost|restored/.exec(text)?.[0])).toEqual(['lost', 'restored']);
    },
  );

  it('stays trusted if only its connection was terminated', async () => {
    const [writer, other] = [await registered(), await registered()];
    // No time passes here, so that its lease does not expire on a busy machine.
    const now = other.clock.now();
    Object.assign(other.clock, { now: () => now, monotonicMs: () => 0 });
    await terminate(writer, 'rollcall cluster');
    for (let look = 0; look < 100; look += 1) {
      expect(other.instances.isFresh).toBe(true);
      await pause(10);
    }
    await writer.publish();
    await waitUntil('it has applied', () => other.applied() === 1);
  });

  it('does not trust its entries immediately after it was frozen or its machine slept', async () => {
    const [frozen, asleep] = [await registered(), await registered()];
    frozen.clock.advance(1_900);
    expect(frozen.instances.isFresh).toBe(false);
    // The monotonic clock stops while a machine is suspended; wall time continues.
    const wake = asleep.clock.monotonicMs();
    asleep.clock.advance(1_900);
    asleep.clock.monotonicMs = () => wake;
    expect(asleep.instances.isFresh).toBe(false);
    await waitUntil('it has looked', () => frozen.instances.isFresh);
  });

  it('waits for the end of the leases, and does not fail, when it published just before', async () => {
    const [writer] = [await registered(proxy.url), await registered()];
    const invalidation = await writer.db.transaction((trx) => writer.instances.publish(trx, 'cache'));
    await proxy.down();
    const took = await timed(() => writer.instances.waitForAcks(invalidation));
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(boundMs);
    expect(writer.applied()).toBe(1);
  });

  it('starts untrusted while the database is unavailable, and is trusted when it is back', async () => {
    await proxy.down();
    const late = await registered(proxy.url);
    expect(late.instances.isFresh).toBe(false);
    await proxy.up();
    await waitUntil('it has joined', () => late.instances.isFresh);
  });
});

describe('an instance that joins', () => {
  it('handles published invalidations before it is trusted', async () => {
    const early = await registered();
    await early.publish();
    const late = await registered();
    expect([late.applied(), late.instances.isFresh]).toEqual([1, true]);
  });

  it('is waited for by an invalidation in progress', async () => {
    const [writer, late] = [await registered(), instance()];
    const invalidation = await writer.db.transaction(async (trx) => {
      const published = await writer.instances.publish(trx, 'cache');
      await late.register();
      expect([late.applied(), late.instances.isFresh]).toEqual([0, true]);
      return published;
    });
    await writer.instances.waitForAcks(invalidation);
    expect(late.applied()).toBe(1);
  });

  it('is registered again if its row was removed, and leaves no row of a stopped instance behind', async () => {
    const one = instance();
    await one.db.knex.raw(
      `INSERT INTO instances (id, hostname, pid, version, lease_until, last_seen_at)
        VALUES (gen_random_uuid(), 'long gone', 1, '0', clock_timestamp(), clock_timestamp() - interval '61 minutes')`,
    );
    await one.register();
    expect(await one.db.knex('instances').pluck('id')).toEqual([one.info.id]);
    await one.db.knex('instances').delete();
    await waitUntil('the row is back', async () => (await one.db.knex('instances').pluck('id')).length === 1);
  });

  it('handles counters that have gone back, such as those of a restored database', async () => {
    const [writer, other] = [await registered(), await registered()];
    await writer.publish();
    await writer.publish();
    await writer.db.knex('cluster_topics').update({ version: 1 });
    await waitUntil('both have applied', () => writer.applied() === 3 && other.applied() === 3);
    await waitUntil('both are trusted', () => writer.instances.isFresh && other.instances.isFresh);
    await writer.publish();
    expect(other.applied()).toBe(4);
  });
});

describe('two schemas of one database', () => {
  it('do not wake each other', async () => {
    const shared = await createDatabase();
    const [one, other] = [makeInstance(shared.url, { schema: 'one' }), makeInstance(shared.url, { schema: 'other' })];
    try {
      const administrator = openDatabase(shared.url);
      await administrator.knex.raw('CREATE SCHEMA one; CREATE SCHEMA other');
      await administrator.close();
      for (const { db } of [one, other]) await migrateUp(db.knex, silentLog());
      let heard = 0;
      const listener = await one.db.direct({
        name: 'ear',
        timeoutMs: 1_000,
        onNotification: () => (heard += 1),
        onEnd: () => undefined,
      });
      await listener.query(listenSql);
      // Notifications come in the order of their commits: those of the other would have come first.
      await other.publish();
      await other.publish();
      await one.publish();
      await waitUntil('a notification', () => heard > 0);
      await listener.query('SELECT 1');
      expect(heard).toBe(1);
      await listener.close();
    } finally {
      await closeAll([one, other]);
      await shared.drop();
    }
  });
});

describe('an instance during any sequence of database failures', () => {
  it('is never trusted before it has applied every settled invalidation', async () => {
    const [writer, other] = [instance(), instance(proxy.url)];
    const { knex } = writer.db;
    await knex.raw('CREATE TABLE counter AS SELECT 0 AS value');
    const read = async (): Promise<number> => (await knex('counter').first<{ value: number }>('value')).value;
    let memory = 0;
    other.instances.on('keys', async () => {
      memory = await read();
    });
    await Promise.all([writer.register(), other.register()]);
    let [settled, trustedLooks] = [0, 0];
    const over = new AbortController();
    const write = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const invalidation = await writer.db.transaction(async (trx) => {
          await trx('counter').increment('value', 1);
          return writer.instances.publish(trx, 'keys');
        });
        await writer.instances.waitForAcks(invalidation);
        settled += 1;
      }
    };
    const watch = async (): Promise<void> => {
      while (!over.signal.aborted) {
        if (other.instances.isFresh) {
          trustedLooks += 1;
          expect(memory).toBeGreaterThanOrEqual(settled);
        }
        await pause(1);
      }
    };
    const interrupt = async (): Promise<void> => {
      for (const ms of [300, 1_300, 2_500]) {
        await pause(300);
        proxy.hang();
        await pause(ms);
        proxy.resume();
        await pause(300);
        await proxy.down();
        await pause(ms / 3);
        await proxy.up();
      }
      over.abort();
    };
    await Promise.all([write(), watch(), interrupt()]);
    expect([settled > 20, trustedLooks > 100]).toEqual([true, true]);
  });
});
