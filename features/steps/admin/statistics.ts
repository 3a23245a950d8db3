import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import type { Overview } from '../../../src/contract/admin/overview.js';
import { countedEvents } from '../../../src/models/counters.js';
import type { Statistics } from '../../../src/contract/admin/statistics.js';
import { logIn } from '../../support/accounts/accounts.js';
import type { RollcallWorld, RunningApp } from '../../support/world.js';

const second = (world: RollcallWorld): RunningApp => world.saved.get('second app') as RunningApp;

const statistics = (world: RollcallWorld): Statistics => {
  assert.equal(world.response.status, 200, world.response.text);
  return world.response.json<Statistics>();
};

When('{account} logs in at the second instance', async function (this: RollcallWorld, name: string) {
  await logIn(this, this.user(name), { to: second(this).url });
});

When('the second instance stores its statistics', async function (this: RollcallWorld) {
  await second(this).services.statistics.flush();
});

When('{account} requests the statistics of {word}', async function (this: RollcallWorld, as: string, window: string) {
  await this.send('GET', `/api/v1/admin/statistics?window=${window}`, { as });
});

Then(
  'the statistics have {int} hours, the last two with:',
  function (this: RollcallWorld, hours: number, table: DataTable) {
    const listed = statistics(this).hours;
    assert.equal(listed.length, hours);
    const counts = listed.slice(-2).map((hour) => countedEvents.map((event) => String(hour[event])));
    assert.deepEqual([[...countedEvents], ...counts], table.raw());
  },
);

Then('the statistics count {int} logins', function (this: RollcallWorld, count: number) {
  const { hours } = statistics(this);
  assert.equal(
    hours.reduce((sum, { logins }) => sum + logins, 0),
    count,
  );
});

Then(
  'the statistics show {int} active users, {int} blocked user(s), {int} deleted users and {int} active sessions',
  function (this: RollcallWorld, active: number, blocked: number, deleted: number, sessions: number) {
    const { users, active_sessions: live } = statistics(this);
    assert.deepEqual({ ...users, live }, { active, blocked, deleted, live: sessions });
  },
);

Then('the overview warns of {string}', function (this: RollcallWorld, codes: string) {
  const { warnings } = this.response.json<Overview>();
  assert.deepEqual(warnings.map(({ code }) => code).join(', '), codes, this.response.text);
});

Then('the setup steps {string} are open', function (this: RollcallWorld, steps: string) {
  const open = this.response.json<Overview>().setup.filter(({ done }) => !done);
  assert.equal(open.map(({ step }) => step).join(', '), steps);
});
