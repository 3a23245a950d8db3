import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import type { TestDatabase } from '../../support/postgres.js';
import { waitUntil } from '../../support/wait-until.js';
import { open, requester, useEmptyRevisions } from '../revisions/support.js';
import { createAdministrator, openOn, points } from './support.js';

let made: TestDatabase;

useEmptyRevisions((database) => {
  made = database;
});

describe('the clock of a machine', () => {
  it('has no effect on the time limit of a change', async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, now: () => new Date(Date.now() + offsetMs) };
    const { config, points: active } = await openOn(made.url, { clock });
    await config.overrides.set(points(20, { confirmWithinMs: 60_000 }), { requester });
    for (const hours of [48, -48]) {
      offsetMs = hours * 3_600_000;
      await config.syncRevisions();
      expect([active(), config.status.overrides.pending?.revision]).toEqual([20, 2]);
    }
  });
});

describe('several instances', () => {
  it('revert a change together and record that once', async () => {
    const instances = await Promise.all(Array.from({ length: 4 }, () => openOn(made.url)));
    const [first] = instances;
    if (first === undefined) throw new Error('one is wanted');
    await first.config.overrides.set(points(20, { confirmWithinMs: 1500 }), { requester });
    await Promise.all(instances.map(({ config }) => config.syncRevisions()));
    expect(instances.map((instance) => instance.points())).toEqual([20, 20, 20, 20]);
    for (const instance of instances) await waitUntil('it reverts', () => instance.points() === 7, 10_000);
    await waitUntil('all have one number', async () => {
      await Promise.all(instances.map(({ config }) => config.syncRevisions()));
      return instances.every(({ config }) => config.status.revision === 3);
    });
    const rows = await open(made.url).knex('config_revisions').where({ trigger: 'revert' });
    expect(rows).toHaveLength(1);
    for (const { lines } of instances) {
      expect(lines.filter(({ event }) => event === 'config.overrides_changed')).toHaveLength(2);
    }
  });

  it('apply the valid overrides of another one whose files differ, and report the others', async () => {
    const [one, other] = [await openOn(made.url), await openOn(made.url)];
    other.write('local.yaml', 'auth: {access: {ttl: 3h}}\n');
    await other.config.reload('signal');
    const changes = { 'auth.refresh.ttl': '2h', 'api.v2Enabled': true };
    expect(await one.config.overrides.set({ ...points(7), changes }, { requester })).toMatchObject({
      result: { outcome: 'applied' },
    });
    await other.config.syncRevisions();
    expect(other.config.current.api.v2Enabled).toBe(true);
    expect(other.config.status.leftOut).toMatchObject([{ key: 'auth.refresh.ttl', issues: [{ code: 'conflict' }] }]);
    expect(other.lines).toContainEqual(expect.objectContaining({ event: 'config.override_left_out' }));
    // When the files fit again, the override applies.
    other.write('local.yaml', 'auth: {access: {ttl: 1h}}\n');
    await other.config.reload('signal');
    expect([other.config.status.leftOut, other.config.current.auth.refresh.ttl]).toEqual([[], 7_200_000]);
  });

  it('record no revision of a change that another one has replaced in the meantime', async () => {
    const one = await openOn(made.url);
    const other = await openOn(made.url, { times: { numberingMs: 500, quietMs: 1, prepareDeadlineMs: 10_000 } });
    await one.config.overrides.set(points(20), { requester });
    let replaced: Promise<unknown> | undefined;
    other.config.subscribe({
      name: 'pool',
      prepare: async () => {
        await (replaced ??= one.config.overrides.set(points(30), { requester }));
        return { commit: () => undefined, undo: () => undefined };
      },
    });
    await other.config.syncRevisions();
    await waitUntil('the second change is applied', async () => {
      await other.config.syncRevisions();
      return other.points() === 30;
    });
    const rows: unknown = await open(made.url)
      .knex('config_revisions')
      .select('revision', 'actor_id')
      .orderBy('revision');
    expect(rows).toMatchObject([
      { actor_id: null },
      ...[2, 3].map((revision) => ({ revision, actor_id: requester.actorId })),
    ]);
    expect(other.config.status.revision).toBe(3);
  });

  it('never show a lower number, and no number with the values of another one', async () => {
    const [one, other] = [await openOn(made.url), await openOn(made.url)];
    const seen = new Map<number, number>();
    const life = { isOver: false };
    const read = async ({ config }: typeof one): Promise<void> => {
      for (let last = 0; !life.isOver;) {
        const { revision } = config.status;
        const { points: value } = config.current.rateLimit.login;
        if (revision !== null) {
          expect(revision).toBeGreaterThanOrEqual(last);
          expect(seen.get(revision) ?? value).toBe(value);
          seen.set(revision, value);
          last = revision;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const readers = [read(one), read(other)];
    for (let value = 20; value < 25; value += 1) {
      await one.config.overrides.set(points(value, { confirmWithinMs: 60_000 }), { requester });
      const revision = one.config.status.revision ?? 0;
      await other.config.syncRevisions();
      await (value % 2 === 0
        ? other.config.overrides.revert(revision, { requester })
        : other.config.overrides.confirm(revision, { requester }));
      await one.config.syncRevisions();
    }
    life.isOver = true;
    await Promise.all(readers);
    expect(seen.size).toBeGreaterThan(5);
  });
});

describe('a scheduled change', () => {
  it('is applied late, once, when all instances were down at its time', async () => {
    const { config } = await openOn(made.url);
    const id = '01a1fd4f-a792-70ea-9070-000000000007';
    const administrator = await createAdministrator(made.url);
    await config.overrides.schedule(id, new Date(Date.now() + 1000), points(20), { requester: administrator });
    await config.close();
    const later = new Date(Date.now() + 1100);
    await waitUntil('its time has passed', () => new Date() > later);
    const restarted = await Promise.all([openOn(made.url), openOn(made.url)]);
    for (const instance of restarted) {
      await waitUntil('it is applied', async () => {
        await instance.config.syncRevisions();
        return instance.points() === 20;
      });
    }
    const rows = await open(made.url).knex('config_revisions').where({ trigger: 'schedule' });
    expect(rows).toHaveLength(1);
  });
});

describe('a change that a subscriber fails to commit', () => {
  it('leaves no override behind, and the earlier values get a new number', async () => {
    const { config, points: active } = await openOn(made.url);
    await config.overrides.set(points(20), { requester });
    const remove = config.subscribe({
      name: 'pool',
      prepare: () => ({
        commit: () => {
          throw new Error('broken');
        },
        undo: () => undefined,
      }),
    });
    expect(await config.overrides.set(points(30, { confirmWithinMs: 5000 }), { requester })).toMatchObject({
      result: { outcome: 'refused' },
    });
    remove();
    expect([active(), config.status.revision, config.status.overrides.pending]).toEqual([20, 4, null]);
    expect(config.status.overrides.overrides.map(({ value }) => value)).toEqual([20]);
  });
});
