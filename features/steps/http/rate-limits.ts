import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { allAtOnce, batchOf, rememberBatch } from '../../support/http/batch.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../../support/world.js';

/** A request for each policy that hashes no password and belongs to no account. */
const requests: Readonly<Record<string, readonly [method: string, path: string, body?: unknown]>> = {
  register: ['POST', '/api/v1/auth/register', {}],
  login: ['POST', '/api/v1/auth/login', {}],
  refresh: ['POST', '/api/v1/auth/refresh', { refresh_token: 'none' }],
  mailRequest: ['POST', '/api/v1/auth/magic-link/request', {}],
  greet: ['GET', '/api/v1/greet'],
  version: ['GET', '/api/version'],
};

const sendOne = (world: RollcallWorld, policy: string, options: SendOptions): Promise<ApiResponse> => {
  const request = requests[policy];
  if (!request) throw new TypeError(`unknown rate limit policy "${policy}"`);
  const [method, path, body] = request;
  return world.send(method, path, { ...(body !== undefined && { body }), ...options });
};

When(
  /^(\d+) (\w+) requests?( with a plain text body)? comes?( at once)? (from|through the proxies) "?([^"]+)"?$/,
  async function (
    this: RollcallWorld,
    count: string,
    policy: string,
    plainText: string | null,
    atOnce: string | null,
    by: string,
    from: string,
  ) {
    const options = {
      ...(by === 'from' && { clientIp: from }),
      headers: {
        ...(by !== 'from' && { 'X-Forwarded-For': from }),
        ...(plainText !== null && { 'Content-Type': 'text/plain' }),
      },
    };
    if (atOnce !== null) {
      await allAtOnce(this, Number(count), () => sendOne(this, policy, options));
      return;
    }
    const responses: ApiResponse[] = [];
    for (let index = 0; index < Number(count); index += 1) responses.push(await sendOne(this, policy, options));
    if (responses.length > 1) rememberBatch(this, responses);
  },
);

Then('the request is not rate limited', function (this: RollcallWorld) {
  const { status, text } = this.response;
  assert.ok(status > 0 && status !== 429 && status < 500, text);
});

Then('exactly {int} of the requests are not rate limited', function (this: RollcallWorld, count: number) {
  assert.equal(batchOf(this).filter(({ status }) => status !== 429).length, count);
});

Then(
  '{int} of {int} {word} requests remain in this window of {duration}',
  function (this: RollcallWorld, left: number, quota: number, policy: string, ms: number) {
    const { status, headers } = this.response;
    assert.ok(status > 0);
    assert.equal(headers.get('ratelimit-policy'), `"${policy}";q=${quota};w=${ms / 1000}`);
    const [, remaining, reset] = /^"[a-zA-Z]+";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
    assert.equal(Number(remaining), left);
    assert.ok(Number(reset) > 0 && Number(reset) * 1000 <= ms, reset);
  },
);
