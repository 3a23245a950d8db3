import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';
import { invalidValue } from '../support/invalid-value.js';
import { isAbout } from '../support/timing.js';

const path = '/api/v1/greet';

/** Nobody's token is sent for "somebody". */
const callerNamed = (name: string): string | null => (name === 'somebody' ? null : name);

const inQuery = (name: string): string => `${path}?name=${encodeURIComponent(name)}`;

Given('the greetings are lost', async function (this: RollcallWorld) {
  await this.ready();
  await this.db.raw('DROP TABLE greetings');
});

When('{word} asks for a greeting', async function (this: RollcallWorld, name: string) {
  await this.send('GET', path, { as: callerNamed(name) });
});

When('somebody asks for a greeting for {string} by path', async function (this: RollcallWorld, name: string) {
  await this.send('GET', `${path}/${encodeURIComponent(name)}`);
});

When('{word} asks for a greeting for {string}', async function (this: RollcallWorld, name: string, greeted: string) {
  await this.send('GET', inQuery(greeted), { as: callerNamed(name) });
});

When('somebody with the token {string} asks for a greeting', async function (this: RollcallWorld, token: string) {
  await this.send('GET', path, { token });
});

When('somebody asks for a greeting with the query {string}', async function (this: RollcallWorld, query: string) {
  await this.send('GET', `${path}?${query}`);
});

When('somebody asks for a greeting with the path {string}', async function (this: RollcallWorld, rest: string) {
  await this.send('GET', `${path}/${rest}`);
});

When('somebody asks for a greeting with {int} parameters', async function (this: RollcallWorld, count: number) {
  await this.send('GET', `${path}?${Array.from({ length: count }, (_, index) => `p${index}`).join('&')}`);
});

When(
  '{word} asks for the new greeting for {string}',
  async function (this: RollcallWorld, name: string, greeted: string) {
    await this.send('POST', '/api/v2/greet', { as: callerNamed(name), body: { name: greeted } });
  },
);

When('somebody asks for the new greeting for {invalid value}', async function (this: RollcallWorld, name: string) {
  await this.send('POST', '/api/v2/greet', { body: { name: invalidValue(name) } });
});

When('somebody asks for the new greeting without a name', async function (this: RollcallWorld) {
  await this.send('POST', '/api/v2/greet');
});

Given('{word} has been greeted {int} times', async function (this: RollcallWorld, name: string, times: number) {
  for (let time = 1; time <= times; time += 1) await this.send('GET', inQuery(`guest ${time}`), { as: name });
});

Then('the greeting is {string}', function (this: RollcallWorld, message: string) {
  assert.deepEqual([this.response.status, this.response.body], [200, { message }], this.response.text);
});

Then('the greeting is {string}, said now', function (this: RollcallWorld, message: string) {
  const { greeted_at: at, ...rest } = this.response.json<{ greeted_at: string }>();
  assert.deepEqual([this.response.status, rest], [200, { message }], this.response.text);
  assert.ok(isAbout(Date.parse(at), this.clock.now().getTime()), at);
});

Then('the history tells, newest first, of:', function (this: RollcallWorld, messages: { raw(): string[][] }) {
  const { data } = this.response.json<{ data: { message: string; context: string | null }[] }>();
  assert.deepEqual(
    data.map(({ message, context }) => [message, context]),
    messages.raw(),
  );
});

Then('the history is empty', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.body], [200, { data: [], next_cursor: null }]);
});
