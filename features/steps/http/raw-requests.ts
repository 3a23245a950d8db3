import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { sendRaw } from '../../support/http/http-client.js';
import { rawRequest } from '../../support/http/raw-request.js';
import { startingInstance } from '../../support/http/starting-instance.js';
import { lastProblem } from '../../support/http/raw-response.js';
import { timed } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

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

When(
  /^a client sends( the waiting instance)? a raw request with (.*)$/,
  async function (this: RollcallWorld, waiting: string | null, name: string) {
    const { url } = waiting === null ? await this.ready() : startingInstance(this);
    await timed(this, async () => {
      this.saved.set('raw', await sendRaw(url, rawRequest(name, url)));
    });
  },
);

Then('the client receives status {int} and the connection is closed', function (this: RollcallWorld, status: number) {
  assert.match(rawOf(this), new RegExp(`^HTTP/1\\.1 ${status} `));
});

Then('the client receives {int} {word}', function (this: RollcallWorld, status: number, code: string) {
  assertProblem(rawOf(this), status, code);
});

Then(
  'the client receives status 200 and then {int} {word}',
  function (this: RollcallWorld, status: number, code: string) {
    assert.match(rawOf(this), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"status":"healthy"\}HTTP\/1\.1 400 /);
    assertProblem(rawOf(this), status, code);
  },
);

Then(
  'the client receives {int} {word} for the instance {string}',
  function (this: RollcallWorld, status: number, code: string, instance: string) {
    assertProblem(rawOf(this), status, code);
    assert.equal(lastProblem(rawOf(this)).problem['instance'], instance);
  },
);
