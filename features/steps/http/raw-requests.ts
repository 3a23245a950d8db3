import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { incompleteRequests, rawRequest, requestFor } from '../../support/http/raw-request.js';
import { lastProblem } from '../../support/http/raw-response.js';
import { timed } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

const send = async (world: RollcallWorld, text: string): Promise<void> => {
  world.saved.set('raw', await world.sendRaw(text));
};

const rawOf = (world: RollcallWorld): string => world.saved.get('raw') as string;

const assertProblem = (raw: string, status: number, code: string): void => {
  const { head, problem } = lastProblem(raw);
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
  assert.match(head, /^Content-Type: application\/problem\+json/im);
  assert.match(head, /^Connection: close$/im);
  const requestId = /^X-Request-Id: (\S+)$/im.exec(head)?.[1];
  assert.ok(requestId !== undefined && requestId.length > 0, head);
  const { type, ...rest } = problem;
  assert.equal(type, `urn:rollcall:problem:${code}`);
  assert.deepEqual([rest['status'], rest['code'], rest['request_id']], [status, code, requestId]);
};

When('a client sends a raw request with {}', async function (this: RollcallWorld, name: string) {
  await send(this, rawRequest(name));
});

When('a client sends an absolute target with the path {string}', async function (this: RollcallWorld, path: string) {
  await send(this, requestFor(`http://one.example${path}`));
});

When(
  'a client sends the absolute URL of the health check over HTTP\\/1.0 without a Host header',
  async function (this: RollcallWorld) {
    const { url } = await this.ready();
    await send(this, `GET ${url}/api/health HTTP/1.0\r\n\r\n`);
  },
);

When(
  /^a client sends only half of the (headers|body) and waits$/,
  async function (this: RollcallWorld, part: keyof typeof incompleteRequests) {
    await timed(this, () => send(this, incompleteRequests[part]));
  },
);

Then('the client receives status {int} and the connection is closed', function (this: RollcallWorld, status: number) {
  assert.match(rawOf(this), new RegExp(`^HTTP/1\\.1 ${status} `));
});

Then('the client receives {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  assert.match(rawOf(this), new RegExp(`^HTTP/1\\.1 ${status} `));
  assert.match(rawOf(this), new RegExp(`"code":"${code}"`));
});

Then(
  'the client receives {int} {word} for the instance {string}',
  function (this: RollcallWorld, status: number, code: string, instance: string) {
    const raw = rawOf(this);
    assert.match(raw, new RegExp(`^HTTP/1\\.1 ${status} `));
    const problem = JSON.parse(raw.slice(raw.indexOf('\r\n\r\n'))) as Record<string, unknown>;
    assert.deepEqual([problem['code'], problem['instance']], [code, instance]);
  },
);

Then(
  'the client receives a problem document with {int} {word} and the connection is closed',
  function (this: RollcallWorld, status: number, code: string) {
    assertProblem(rawOf(this), status, code);
  },
);

Then(
  'the client receives status 200, followed by a problem document with {int} {word}',
  function (this: RollcallWorld, status: number, code: string) {
    assert.match(rawOf(this), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"status":"healthy"\}HTTP\/1\.1 400 /);
    assertProblem(rawOf(this), status, code);
  },
);
