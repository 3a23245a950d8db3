import assert from 'node:assert/strict';
import { defineParameterType, Then, When, type DataTable } from '@cucumber/cucumber';
import { sendAs, type Caller } from '../../support/http/caller.js';
import type { Sending } from '../../support/http/sending.js';
import { isAbout } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

defineParameterType({
  name: 'greeting target',
  regexp: /(?: for "[^"]*"(?: by path)?| with the (?:query|path) "[^"]*"| with \d+ parameters)?/,
  transformer: (text: string) => {
    const name = encodeURIComponent(/ for "(.*)"/.exec(text)?.[1] ?? '');
    if (text.endsWith(' by path')) return `/${name}`;
    if (text.startsWith(' for ')) return `?name=${name}`;
    const [, kind, rest = ''] = / with the (query|path) "(.*)"/.exec(text) ?? [];
    if (kind !== undefined) return `${kind === 'query' ? '?' : '/'}${rest}`;
    const count = Number(/ with (\d+) parameters/.exec(text)?.[1] ?? 0);
    return count === 0 ? '' : `?${Array.from({ length: count }, (_, index) => `p${String(index)}`).join('&')}`;
  },
});
When(
  '{caller} requests a greeting{greeting target}{sent}',
  async function (this: RollcallWorld, caller: Caller, target: string, sent: Sending) {
    await sent.send(this, (options) => sendAs(this, caller, 'GET', `/api/v1/greet${target}`, options));
  },
);

When(
  '{caller} requests a v2 greeting for {value}{sent}',
  async function (this: RollcallWorld, caller: Caller, name: string, sent: Sending) {
    await sent.send(this, (options) =>
      sendAs(this, caller, 'POST', '/api/v2/greet', { rawBody: `{"name":${name}}`, ...options }),
    );
  },
);

Then('the greeting is {string}', function (this: RollcallWorld, message: string) {
  assert.deepEqual([this.response.status, this.response.body], [200, { message }], this.response.text);
});

Then('the v2 greeting is {string}', function (this: RollcallWorld, message: string) {
  const { greeted_at: at, ...rest } = this.response.json<{ greeted_at: string }>();
  assert.deepEqual([this.response.status, rest], [200, { message }], this.response.text);
  assert.ok(isAbout(Date.parse(at), this.clock.now().getTime()), at);
});

Then('the greeting history is, newest first:', function (this: RollcallWorld, expected: DataTable) {
  const { data } = this.response.json<{ data: { message: string; context: string | null }[] }>();
  assert.deepEqual(
    data.map(({ message, context }) => [message, context]),
    expected.raw(),
  );
});

Then('the greeting history is empty', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.body], [200, { data: [], next_cursor: null }]);
});
