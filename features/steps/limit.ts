import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { allAtOnce } from '../support/batch.js';

/** A request that comes under a policy, costs no password hash, and is nobody's. */
const requests: Readonly<Record<string, readonly [method: string, path: string, body?: unknown]>> = {
  register: ['POST', '/api/v1/auth/register', {}],
  login: ['POST', '/api/v1/auth/login', {}],
  refresh: ['POST', '/api/v1/auth/refresh', { refresh_token: 'none' }],
  mailRequest: ['POST', '/api/v1/auth/magic-link/request', {}],
  greet: ['GET', '/api/v1/greet'],
  version: ['GET', '/api/version'],
};

const attempt = (
  world: RollcallWorld,
  policy: string,
  options: Parameters<RollcallWorld['send']>[2] = {},
): Promise<ApiResponse> => {
  const request = requests[policy];
  if (!request) throw new TypeError(`nothing is known of the policy ${policy}`);
  const [method, path, body] = request;
  return world.send(method, path, { ...(body !== undefined && { body }), ...options });
};

const several = async (
  world: RollcallWorld,
  count: number,
  policy: string,
  options: Parameters<RollcallWorld['send']>[2],
): Promise<void> => {
  for (let index = 0; index < count; index += 1) await attempt(world, policy, options);
};

When(
  '{int} {word} request(s) come(s) from {word}',
  async function (this: RollcallWorld, count: number, policy: string, address: string) {
    await several(this, count, policy, { clientIp: address });
  },
);

When(
  '{int} {word} request(s) come(s) at once from {word}',
  async function (this: RollcallWorld, count: number, policy: string, address: string) {
    await allAtOnce(this, count, () => attempt(this, policy, { clientIp: address }));
  },
);

When(
  '{int} {word} request(s) come(s) through the proxies {string}',
  async function (this: RollcallWorld, count: number, policy: string, chain: string) {
    await several(this, count, policy, { headers: { 'X-Forwarded-For': chain } });
  },
);

When(
  'a {word} request that is no JSON comes from {word}',
  async function (this: RollcallWorld, policy: string, address: string) {
    await attempt(this, policy, { clientIp: address, headers: { 'Content-Type': 'text/plain' } });
  },
);

Then('it is not refused for coming too often', function (this: RollcallWorld) {
  assert.ok(this.response.status > 0 && this.response.status !== 429 && this.response.status < 500, this.response.text);
});

Then('exactly {int} of them are not refused for coming too often', function (this: RollcallWorld, count: number) {
  const batch = this.saved.get('batch') as ApiResponse[];
  assert.ok(this.response.status > 0);
  assert.equal(batch.filter(({ status }) => status !== 429).length, count);
});

Then(
  '{int} of {int} {word} requests are left in this window of {duration}',
  function (this: RollcallWorld, left: number, quota: number, policy: string, ms: number) {
    assert.ok(this.response.status > 0);
    assert.equal(this.response.headers.get('ratelimit-policy'), `"${policy}";q=${quota};w=${ms / 1000}`);
    const [, remaining, reset] =
      /^"[a-zA-Z]+";r=(\d+);t=(\d+)$/.exec(this.response.headers.get('ratelimit') ?? '') ?? [];
    assert.equal(Number(remaining), left);
    assert.ok(Number(reset) > 0 && Number(reset) * 1000 <= ms, reset);
  },
);

Then('nothing is said of limits', function (this: RollcallWorld) {
  const { headers } = this.response;
  assert.deepEqual(
    [headers.get('ratelimit'), headers.get('ratelimit-policy'), headers.get('retry-after')],
    [null, null, null],
  );
});
