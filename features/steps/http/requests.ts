import assert from 'node:assert/strict';
import { defineParameterType, Then, When } from '@cucumber/cucumber';
import { sendAs, type Caller } from '../../support/http/caller.js';
import { parseResource, resourcePattern, type Resource } from '../../support/http/resource.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld } from '../../support/world.js';

defineParameterType({ name: 'resource', regexp: resourcePattern, transformer: parseResource });

When(
  '{caller} requests {resource}{sent}',
  async function (this: RollcallWorld, caller: Caller, resource: Resource, sent: Sending) {
    const path = resource(this);
    await sent.send(this, (options) => sendAs(this, caller, 'GET', path, options));
  },
);

When(
  /^an anonymous client requests the health check with (?:the request ID '(.*)'|a request ID of (\d+) characters)$/,
  async function (this: RollcallWorld, id: string | null, length: string | null) {
    const requestId = id ?? 'r'.repeat(Number(length));
    this.saved.set('request id', requestId);
    await this.send('GET', '/api/health', { headers: { 'X-Request-Id': requestId } });
  },
);

Then('the response has the request ID of the client', function (this: RollcallWorld) {
  assert.equal(this.response.requestId, this.saved.get('request id'));
});

Then('the response has a new request ID', function (this: RollcallWorld) {
  assert.match(this.response.requestId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

Then('the response has headers and no body', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.text], [200, '']);
  assert.ok(Number(this.response.headers.get('content-length')) > 0);
});
