import assert from 'node:assert/strict';
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { parse } from 'yaml';
import type { RollcallWorld } from '../support/world.js';

/** Sends requests one after the other until a change is in force, and one more after it. */
const sendWhile = async (change: Promise<void>, sendOne: () => Promise<unknown>): Promise<void> => {
  const progress = { isOver: false };
  const ended = change.finally(() => {
    progress.isOver = true;
  });
  while (!progress.isOver) await sendOne();
  await ended;
  await sendOne();
};

const sendGreetings = (world: RollcallWorld): Promise<unknown> =>
  Promise.all(Array.from({ length: 4 }, () => world.send('GET', '/api/v1/greet')));

When(
  'somebody asks for greetings while the operator sets in one go:',
  async function (this: RollcallWorld, table: DataTable) {
    await sendGreetings(this);
    const values = Object.fromEntries(table.raw().map(([key = '', value = '']) => [key, parse(value) as unknown]));
    await sendWhile(this.operator.setAll(values), () => sendGreetings(this));
  },
);

When(
  'the operator turns the new greeting on and off {int} times while {word} looks at the own account',
  async function (this: RollcallWorld, times: number, name: string) {
    const turn = async (): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        await this.operator.set('api.v2Enabled', true);
        await this.operator.set('api.v2Enabled', false);
      }
    };
    await this.operator.set('rateLimit.enabled', false);
    await sendWhile(turn(), () => this.send('GET', '/api/v1/users/me', { as: name }));
  },
);

Then(
  'each answer told first {word}, then {word}, and nothing else',
  function (this: RollcallWorld, early: string, late: string) {
    const told = this.responses.map(({ headers }) => headers.get('ratelimit-policy')?.replace('"greet";', ''));
    assert.ok(
      this.response.status === 200 && told.every((policy) => policy === early || policy === late),
      told.join(' '),
    );
    assert.ok(told.includes(early) && told.at(-1) === late);
    assert.ok(told.lastIndexOf(early) < told.indexOf(late) + 4, 'at most the requests of one moment overlap');
  },
);

When(
  '{word} looks at the own account while the operator sets in one go:',
  async function (this: RollcallWorld, name: string, table: DataTable) {
    const values = Object.fromEntries(table.raw().map(([key = '', value = '']) => [key, parse(value) as unknown]));
    await sendWhile(this.operator.setAll(values), () => this.send('GET', '/api/v1/users/me', { as: name }));
  },
);

Then("every answer was {word}'s account", function (this: RollcallWorld, name: string) {
  const told = this.responses.filter(({ path }) => path === '/api/v1/users/me').map(({ status }) => status);
  assert.ok(told.length > 2 && this.response.status === 200, `${name}: ${told.join(' ')}`);
  assert.deepEqual([...new Set(told)], [200]);
});
