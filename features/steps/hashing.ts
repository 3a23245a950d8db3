import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { logIn } from './login.js';
import { allAtOnce } from './together.js';

const storedHash = async (world: RollcallWorld, name: string): Promise<string> => {
  const row = await world
    .db('users')
    .where({ id: world.user(name).id })
    .first<{ password_hash: string }>('password_hash');
  return row.password_hash;
};

/** Logs in and returns how many bcrypt operations that took, and how many rounds they had in all. */
const costOf = async (
  world: RollcallWorld,
  name: string,
  password: string,
): Promise<{ calls: number; work: number }> => {
  const { passwords } = (await world.ready()).services;
  const before = { calls: passwords.calls, work: passwords.work };
  await logIn(world, world.user(name), { password });
  return { calls: passwords.calls - before.calls, work: passwords.work - before.work };
};

/** The most hashes that are at work at any one moment while something happens. */
const mostAtOnce = async (world: RollcallWorld, happening: Promise<unknown>): Promise<number> => {
  const gauge = (await world.ready()).services.metrics.registry.getSingleMetric('rollcall_hash_queue_running');
  const over = happening.then(() => true);
  let most = 0;
  do most = Math.max(most, (await gauge?.get())?.values[0]?.value ?? 0);
  while (!(await Promise.race([over, pause(1, false)])));
  return most;
};

When(
  '{int} people whom nobody knows try to log in at once, watched by the operator',
  async function (this: RollcallWorld, count: number) {
    const logins = allAtOnce(this, count, (index) => logIn(this, this.user('Nobody'), { username: `nobody-${index}` }));
    this.saved.set('hashed at once', await mostAtOnce(this, logins));
    await logins;
  },
);

Then('{int} password(s) was/were hashed at the same time', function (this: RollcallWorld, count: number) {
  assert.deepEqual([this.response.status, this.saved.get('hashed at once')], [401, count]);
});

When(
  '{word} tries to log in with {string}, and with a wrong password for {word}',
  async function (this: RollcallWorld, name: string, password: string, other: string) {
    const costs = [await costOf(this, name, password), await costOf(this, other, 'a wrong password')];
    this.saved.set(
      'calls',
      costs.map(({ calls }) => calls),
    );
    this.saved.set(
      'work',
      costs.map(({ work }) => work),
    );
  },
);

Then('both are refused in the same words', function (this: RollcallWorld) {
  const [one, other] = this.responses
    .slice(-2)
    .map((answer) => ({ status: answer.status, ...answer.json<object>(), request_id: '' }));
  assert.deepEqual([this.response.status, one], [401, other]);
});

Then('both cost the same number of password hashes', function (this: RollcallWorld) {
  const [one, other] = this.saved.get('calls') as [number, number];
  assert.deepEqual([one > 0, one], [true, other]);
});

Then('both cost the work of one hash at cost {int}', function (this: RollcallWorld, cost: number) {
  assert.deepEqual(this.saved.get('work'), [2 ** cost, 2 ** cost]);
});

Then(
  "{word}'s password is stored as it is hashed here, at cost {int}",
  async function (this: RollcallWorld, name: string, cost: number) {
    assert.match(
      await storedHash(this, name),
      new RegExp(`^rc1\\$[0-9a-f]{12}\\$2b\\$${String(cost).padStart(2, '0')}\\$`),
    );
  },
);

Then(
  "{word}'s stored password is still the {string} hash",
  async function (this: RollcallWorld, name: string, kind: string) {
    assert.ok((await storedHash(this, name)).startsWith(`${kind}$04$`));
  },
);

Then('neither has cost a password hash', function (this: RollcallWorld) {
  assert.deepEqual(this.saved.get('calls'), [0, 0]);
});
