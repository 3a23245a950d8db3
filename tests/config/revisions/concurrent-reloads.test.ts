import { describe, expect, it } from 'vitest';
import { StaleRevisionError } from '../../../src/config/revisions/revision-repository.js';
import type { TestDatabase } from '../../support/postgres.js';
import { login, open, openInstance, requester, storeOver, useEmptyRevisions } from './support.js';

let testDatabase: TestDatabase;

useEmptyRevisions((database) => {
  testDatabase = database;
});

/** Numbered instances on one database, each with its own pool. */
const openTogether = async (count: number) => {
  const instances = Array.from({ length: count }, () => {
    const instance = openInstance({ 'local.yaml': login(7) });
    instance.config.useRevisionStore(storeOver(open(testDatabase.url)));
    return instance;
  });
  await Promise.all(instances.map(({ config }) => config.ensureNumbered()));
  return instances;
};

const numbersOf = (instances: Awaited<ReturnType<typeof openTogether>>): string[] =>
  instances.map(({ config, points }) => `${String(config.status.revision)}: ${String(points())}`);

describe('instances that reload concurrently', () => {
  it('start with one number for the same content', async () => {
    const instances = await openTogether(4);
    expect(numbersOf(instances)).toEqual(['1: 7', '1: 7', '1: 7', '1: 7']);
  });

  it('get one number for the same content, each time', async () => {
    const instances = await openTogether(3);
    for (let points = 8; points < 18; points += 1) {
      for (const { setPoints } of instances) setPoints(points);
      await Promise.all(instances.map(({ config }) => config.reload('signal')));
      expect(numbersOf(instances)).toEqual(Array(3).fill(`${String(points - 6)}: ${String(points)}`));
    }
    const { rows } = await open(testDatabase.url).knex.raw<{ rows: { count: number }[] }>(
      `SELECT count(*) FROM audit_events WHERE action = 'config.applied' AND created_at > now() - interval '1 minute'
        AND (details->>'revision')::int BETWEEN 2 AND 11`,
    );
    expect(rows[0]?.count).toBe(10);
  });

  it('never give one number to different content, and numbers never decrease', async () => {
    const instances = await openTogether(3);
    const contents = new Map<number, number>();
    for (let round = 0; round < 10; round += 1) {
      const before = instances.map(({ config }) => config.status.revision);
      instances.forEach(({ setPoints }, index) => {
        setPoints(100 + ((round + index) % 3));
      });
      await Promise.all(instances.map(({ config }) => config.reload('signal')));
      instances.forEach(({ config, points }, index) => {
        const revision = config.status.revision ?? -1;
        expect(revision > (before[index] ?? 0) || round > 0).toBe(true);
        expect(revision).toBeGreaterThanOrEqual(before[index] ?? 0);
        expect(contents.get(revision) ?? points()).toBe(points());
        contents.set(revision, points());
      });
    }
  });

  it('roll back together, whichever instance is asked', async () => {
    const instances = await openTogether(2);
    for (const { setPoints } of instances) setPoints(8);
    await Promise.all(instances.map(({ config }) => config.reload('signal')));
    const results = await Promise.all(instances.map(({ config }) => config.overrides.rollBack(1, null, { requester })));
    await Promise.all(instances.map(({ config }) => config.syncRevisions()));
    await Promise.all(instances.map(({ config }) => config.syncRevisions()));
    expect(results.map(({ result }) => result.outcome)).toEqual(['applied', 'applied']);
    expect(numbersOf(instances)).toEqual(['4: 7', '4: 7']);
    expect(instances.map(({ config }) => config.status.rollback?.revision)).toEqual([1, 1]);
  });
});

describe('a rollback during an edit of the files', () => {
  it('applies to the edit too, on every instance and in either order', async () => {
    const [ahead, behind] = await openTogether(2);
    if (!ahead || !behind) throw new Error('two are wanted');
    for (const { setPoints } of [ahead, behind]) setPoints(8);
    await Promise.all([ahead, behind].map(({ config }) => config.reload('signal')));
    // One instance has already read the new file when the other one, which has not, is asked to roll back.
    ahead.setPoints(9);
    await ahead.config.reload('signal');
    await behind.config.overrides.rollBack(1, null, { requester });
    await ahead.config.syncRevisions();
    expect(ahead.points()).toBe(7);
    behind.setPoints(9);
    await behind.config.reload('signal');
    for (const { config } of [ahead, behind, ahead, behind]) await config.syncRevisions();
    expect([ahead.points(), behind.points()]).toEqual([7, 7]);
    expect(ahead.config.status).toMatchObject({ rollback: { revision: 1 }, hash: behind.config.status.hash });
    expect(ahead.config.status.revision).toBe(behind.config.status.revision);
  });

  it('overrides the current files, even if they have not been read yet', async () => {
    const [instance] = await openTogether(1);
    if (!instance) throw new Error('one is wanted');
    instance.setPoints(8);
    await instance.config.reload('signal');
    instance.setPoints(9);
    await instance.config.overrides.rollBack(1, null, { requester });
    expect([instance.points(), instance.config.status.shadowedByOverride]).toEqual([7, []]);
    instance.setPoints(10);
    await instance.config.reload('signal');
    expect([instance.points(), instance.config.status.shadowedByOverride]).toEqual([7, ['rateLimit.login.points']]);
  });

  it('is rejected if another instance has recorded a newer revision', async () => {
    const [one, other] = await openTogether(2);
    if (!one || !other) throw new Error('two are wanted');
    const expects = (): boolean => true;
    for (const { setPoints } of [one, other]) setPoints(8);
    await Promise.all([one, other].map(({ config }) => config.reload('signal')));
    other.setPoints(9);
    await other.config.reload('signal');
    await expect(one.config.overrides.rollBack(1, null, { requester, expects })).rejects.toThrow(StaleRevisionError);
    expect(one.config.status.rollback).toBeNull();
  });
});

describe('a rollback with SMTP credentials', () => {
  const mail = (rest: string): string => `mail: {smtp: {host: 127.0.0.1${rest}}}\n`;

  it.each([
    ['before they were set', '', ', username: joe, password: sesame'],
    ['after they were removed', ', username: joe, password: sesame', ''],
  ])('keeps those of the files: %s', async (_when, before, after) => {
    const instance = openInstance({ 'local.yaml': `${mail(before)}${login(7)}` });
    instance.config.useRevisionStore(storeOver(open(testDatabase.url)));
    await instance.config.ensureNumbered();
    instance.write('local.yaml', `${mail(after)}${login(8)}`);
    expect(await instance.config.reload('signal')).toMatchObject({ outcome: 'applied', errors: [] });
    expect(await instance.config.overrides.rollBack(1, null, { requester })).toMatchObject({
      result: { outcome: 'applied', errors: [] },
    });
    expect(instance.points()).toBe(7);
    const { username, password } = instance.config.current.mail.smtp;
    expect([username, password]).toEqual(after === '' ? [null, null] : ['joe', 'sesame']);
  });
});
