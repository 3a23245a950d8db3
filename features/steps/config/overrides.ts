import assert from 'node:assert/strict';
import { Given, When } from '@cucumber/cucumber';
import type { ApiResponse } from '../../support/http/api-response.js';
import { rememberBatch } from '../../support/http/batch.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld, SendOptions } from '../../support/world.js';

const path = '/api/v1/admin/config';

/** Sends a change with the current ETag, unless the step gives another one. */
const change = async (
  world: RollcallWorld,
  as: string,
  body: object | string,
  { headers = {}, ...options }: SendOptions = {},
): Promise<ApiResponse> => {
  const current = await world.send('GET', path, { as, ...options });
  const etag = headers['If-Match'] ?? current.headers.get('etag') ?? '';
  const sent = typeof body === 'string' ? bodyOf(body) : body;
  return world.send('PATCH', path, { as, body: sent, ...options, headers: { ...headers, 'If-Match': etag } });
};

/** A JSON body in which `<in 2 seconds>` is a time from now. */
const bodyOf = (text: string): Record<string, unknown> =>
  JSON.parse(
    text.replaceAll(/<in (\d+) seconds?>/g, (_, seconds: string) =>
      new Date(Date.now() + Number(seconds) * 1000).toISOString(),
    ),
  ) as Record<string, unknown>;

Given(
  '{account} (has )overrid(es)(den) {word} with {json}{sent}',
  async function (this: RollcallWorld, as: string, key: string, value: unknown, sent: Sending) {
    await sent.send(this, (options) => change(this, as, { changes: { [key]: value } }, options));
  },
);

When(
  '{account} sets {word} to {json}, to be confirmed within {int} second(s){sent}',
  async function (this: RollcallWorld, as: string, key: string, value: unknown, seconds: number, sent: Sending) {
    const body = { changes: { [key]: value }, confirm_within: `${String(seconds)}s` };
    await sent.send(this, (options) => change(this, as, body, options));
  },
);

When(
  '{account} changes the configuration{sent}:',
  async function (this: RollcallWorld, as: string, sent: Sending, text: string) {
    await sent.send(this, (options) => change(this, as, text, options));
  },
);

When(
  '{account} changes the configuration without If-Match:',
  async function (this: RollcallWorld, as: string, text: string) {
    await this.send('PATCH', path, { as, body: bodyOf(text) });
  },
);

When(
  /^(\w+) (confirms|reverts) revision (\d+)$/,
  async function (this: RollcallWorld, as: string, verb: string, revision: string) {
    const body = { revision: Number(revision) };
    await this.send('POST', `${path}/${verb.replace(/s$/, '')}`, { as, body });
  },
);

When(
  '{account} removes the override of {word}{sent}',
  async function (this: RollcallWorld, as: string, key: string, sent: Sending) {
    await sent.send(this, (options) => this.send('DELETE', `${path}/overrides/${key}`, { as, ...options }));
  },
);

When('{account} removes all overrides{sent}', async function (this: RollcallWorld, as: string, sent: Sending) {
  await sent.send(this, (options) => this.send('DELETE', `${path}/overrides`, { as, ...options }));
});

When('{account} cancels the scheduled change', async function (this: RollcallWorld, as: string) {
  const { scheduled } = this.response.json<{ scheduled: { id: string } }>();
  await this.send('DELETE', `${path}/scheduled/${scheduled.id}`, { as });
});

When(
  '{account} overrides {word} with {json} and {json} on both instances at once',
  async function (this: RollcallWorld, as: string, key: string, one: unknown, other: unknown) {
    const etag = (await this.send('GET', path, { as })).headers.get('etag') ?? '';
    const options = { as, headers: { 'If-Match': etag } };
    const second = this.saved.get('second') as string;
    const responses = await Promise.all([
      this.send('PATCH', path, { ...options, body: { changes: { [key]: one } } }),
      this.send('PATCH', path, { ...options, body: { changes: { [key]: other } }, to: second }),
    ]);
    rememberBatch(this, responses);
  },
);

When(
  'the service is restarted {int} hours later for the database',
  async function (this: RollcallWorld, hours: number) {
    // Moves all stored times back, which is the same as moving the clock of the database forward.
    const by = this.db.raw(`interval '${String(hours)} hours'`);
    await this.db('config_pending_change').update({ confirm_by: this.db.raw('confirm_by - ?', [by]) });
    await this.db('config_overrides').update({ expires_at: this.db.raw('expires_at - ?', [by]) });
    await this.db('config_scheduled_changes').update({ at: this.db.raw('at - ?', [by]) });
    await this.restartApp();
  },
);

When(
  /^(\d+) requests succeed and (\d+) requests by (\w+) fail with 503 cache_disabled( on the second instance)?$/,
  async function (this: RollcallWorld, successes: string, failures: string, as: string, isSecond: string | null) {
    const options = { as, ...(isSecond !== null && { to: this.saved.get('second') as string }) };
    for (let count = 0; count < Number(successes); count += 1) {
      await this.send('GET', '/api/v1/users/me', options);
      assert.equal(this.response.status, 200);
    }
    for (let count = 0; count < Number(failures); count += 1) {
      await this.send('POST', '/api/v1/admin/cache/flush', options);
      assert.equal(this.response.status, 503);
      this.response.acceptServerError();
    }
  },
);

When('{int} requests fail with 503 maintenance', async function (this: RollcallWorld, count: number) {
  for (let sent = 0; sent < count; sent += 1) {
    await this.send('GET', '/api/v1/greet');
    assert.deepEqual([this.response.status, this.response.json<{ code: string }>().code], [503, 'maintenance']);
    this.response.acceptServerError();
  }
});

When('{account} requests the next page of the overrides', async function (this: RollcallWorld, as: string) {
  const { next_cursor: cursor } = this.response.json<{ next_cursor: string }>();
  await this.send('GET', `${path}/overrides?limit=2&cursor=${cursor}`, { as });
});
