import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../../tests/support/wait-until.js';
import { withDatabase } from '../bench/user-database.js';
import {
  config,
  events,
  expectGone,
  expectOnAll,
  expectRevertedOnce,
  patch,
  read,
  restartAll,
  set,
  type Fault,
  type Run,
} from './faults.js';
import { settingsOf } from './readers.js';

const revisions = (run: Run, trigger: string): Promise<number> =>
  withDatabase(run.databaseUrl, async ({ knex }) => (await knex('config_revisions').where({ trigger })).length);

/** Moves the clock of the database forward, by moving all stored times back. */
const moveDatabaseClock = (run: Run, hours: number): Promise<void> =>
  withDatabase(run.databaseUrl, async ({ knex }) => {
    const by = knex.raw(`interval '${hours} hours'`);
    await knex('config_pending_change').update({ confirm_by: knex.raw('confirm_by - ?', [by]) });
  });

/** Faults that concern files, the environment, other operators and time. */
export const moreFaults: readonly Fault[] = [
  {
    name: 'the files change under an override',
    async run(run) {
      const { fleet, pick } = run;
      const key = 'cache.ttl.version';
      const set17 = await patch(fleet, pick(fleet.live), { changes: { [key]: '17s' } });
      assert.equal(set17.status, 200);
      for (const { service } of fleet.live) service?.configure('cache: {ttl: {version: 31s}}\n');
      for (const member of fleet.live) {
        await waitUntil('the change is reported', async () => {
          const { body } = await read(fleet, member);
          return body.shadowed_by_override.includes(key);
        });
        const { body } = await read(fleet, member);
        const setting = body.settings.find((each) => each.key === key);
        assert.deepEqual([setting?.value, setting?.source], ['17s', 'override']);
      }
      await fleet.expect(204, pick(fleet.live), { method: 'DELETE', path: `${config}/overrides/${key}` });
      for (const { service } of fleet.live) service?.configure('');
      for (const member of fleet.live) {
        await waitUntil('the files are as before', async () => {
          const { body } = await read(fleet, member);
          return body.settings.some(
            (each) => (each.key === key && each.value === '60s') || (each.key === key && each.value === '1m'),
          );
        });
      }
      await expectOnAll(fleet, run.settled);
      return 'the override stays, and the key is reported on all instances';
    },
  },
  {
    name: 'a key that the environment sets',
    async run({ fleet, pick }) {
      const { status, body } = await patch(fleet, pick(fleet.live), { changes: { 'rateLimit.enabled': false } });
      assert.deepEqual([status, body.errors[0]?.code], [422, 'pinned_by_environment']);
      return '422 pinned_by_environment';
    },
  },
  {
    name: 'two operators at once',
    async run(run) {
      const { fleet, pick } = run;
      const [one, other] = [pick(fleet.live), pick(fleet.live)];
      const { etag } = await read(fleet, one);
      assert.equal((await read(fleet, other)).etag, etag, 'the ETag is equal on all instances');
      const values = [run.last + 1, run.last + 2];
      run.last += 2;
      const send = (member: typeof one, value: number) =>
        fleet.send<{ revision: number }>(member, {
          ...{ method: 'PATCH', path: config, headers: { 'If-Match': etag } },
          body: { changes: settingsOf(value), confirm_within: '60s' },
        });
      const responses = await Promise.all([send(one, values[0] ?? 0), send(other, values[1] ?? 0)]);
      const statuses = responses.map(({ status }) => status);
      assert.deepEqual([...statuses].sort(), [200, 412]);
      const winner = statuses.indexOf(200);
      const pending = await patch(fleet, pick(fleet.live), { changes: settingsOf(run.last) });
      assert.deepEqual([pending.status, pending.body.code], [409, 'confirmation_pending']);
      const revision = responses[winner]?.body.revision;
      await fleet.expect(200, pick(fleet.live), { method: 'POST', path: `${config}/confirm`, body: { revision } });
      run.settled = values[winner] ?? 0;
      await expectOnAll(fleet, run.settled);
      return '200 and 412; 409 while it waits';
    },
  },
  {
    name: 'an expiry and two scheduled changes while all instances are down',
    async run(run) {
      const { fleet, pick } = run;
      const before = await revisions(run, 'schedule');
      const at = new Date(Date.now() + 20_000).toISOString();
      const late = await patch(fleet, pick(fleet.live), { changes: { 'features.late': true }, at });
      assert.equal(late.status, 202, JSON.stringify(late.body));
      const over = await patch(fleet, pick(fleet.live), { changes: { 'features.over': true }, at, expires_in: '1s' });
      assert.equal(over.status, 202, JSON.stringify(over.body));
      const brief = await patch(fleet, pick(fleet.live), { changes: { 'features.brief': true }, expires_in: '5s' });
      assert.equal(brief.status, 200, JSON.stringify(brief.body));
      await restartAll(fleet, () => pause(Math.max(0, Date.parse(at) + 1_200 - Date.now())));
      for (const member of fleet.live) {
        await waitUntil('what is due is applied', async () => {
          const found = await read(fleet, member);
          const keys = found.body.settings
            .filter(({ key, value }) => /^features\.(late|over|brief)$/.test(key) && value === true)
            .map(({ key }) => key);
          return keys.join() === 'features.late' && found.body.scheduled.length === 0;
        });
      }
      assert.equal((await revisions(run, 'schedule')) - before, 1, 'applied once');
      const skipped = { id: over.body.scheduled.id, reason: 'expired' };
      assert.equal(await events(run, 'config.schedule_cancelled', skipped), 1, 'skipped once');
      assert.equal((await events(run, 'config.reverted', { reason: 'expired', keys: ['features.brief'] })) > 0, true);
      await fleet.expect(204, fleet.first, { method: 'DELETE', path: `${config}/overrides/features.late` });
      await expectOnAll(fleet, run.settled);
      return 'applied, skipped and ended once';
    },
  },
  {
    name: 'the clock of the database moves past the time limit',
    async run(run) {
      const { fleet, pick } = run;
      const tried = await set(run, pick(fleet.live), { confirm_within: '1h' });
      await moveDatabaseClock(run, 2);
      const movedAt = Date.now();
      // Each instance compares its time with that of the database once a second.
      const gone = await expectGone(run, { ...tried, confirmByMs: movedAt });
      await expectRevertedOnce(run, tried);
      return gone.replace('confirm_by', 'the change of the clock');
    },
  },
  {
    name: 'an operator reverts on another instance',
    async run(run) {
      const { fleet, pick } = run;
      const tried = await set(run, pick(fleet.live), { confirm_within: '60s' });
      const { revision } = tried;
      await fleet.expect(200, pick(fleet.live), { method: 'POST', path: `${config}/revert`, body: { revision } });
      await expectOnAll(fleet, run.settled);
      await expectRevertedOnce(run, tried, 'requested');
      return 'active on all instances with the response';
    },
  },
];
