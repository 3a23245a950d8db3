import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import type { z } from 'zod';
import type { Health, Healthz, Info, Readiness, Version } from '../../../src/contract/system.js';
import { isAbout } from '../../support/timing.js';
import type { RollcallWorld } from '../../support/world.js';

Then('the service is healthy', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json<z.infer<typeof Health>>()], [200, { status: 'healthy' }]);
});

Then('the uptime is {duration}', function (this: RollcallWorld, ms: number) {
  const { status, uptime_seconds: uptime, timestamp } = this.response.json<z.infer<typeof Healthz>>();
  assert.deepEqual([this.response.status, status], [200, 'healthy']);
  const isCurrent = isAbout(Date.parse(timestamp), this.clock.now().getTime());
  assert.ok(isAbout(uptime * 1000, ms) && isCurrent, this.response.text);
});

Then('the service is ready, and its cache is {word}', function (this: RollcallWorld, cache: string) {
  const connections = { database: { status: 'healthy' }, cache: { status: cache } };
  assert.deepEqual([this.response.status, this.response.body], [200, { ready: true, connections }]);
});

Then('the service is not ready: {word}', function (this: RollcallWorld, expected: string) {
  const { ready, reason } = this.response.json<Readiness>();
  assert.deepEqual([this.response.status, ready, reason], [503, false, expected], this.response.text);
  assert.match(this.response.headers.get('retry-after') ?? '', /^[1-9]/);
});

Then('the response has the version, commit, build date and Node.js version', function (this: RollcallWorld) {
  const version = this.response.json<Version>();
  assert.equal(this.response.status, 200);
  assert.deepEqual(Object.keys(version).sort(), ['build_date', 'commit', 'node_version', 'version']);
  assert.match(version.version, /^\d+\.\d+\.\d+/);
});

Then(/^the response is the (version number|full version) as text$/, function (this: RollcallWorld, part: string) {
  assert.equal(this.response.headers.get('content-type'), 'text/plain; charset=utf-8');
  const format =
    part === 'version number'
      ? /^\d+\.\d+\.\d+[^\s]*$/
      : /^version: .+\ncommit: .+\nbuild_date: .+\nnode_version: .+\n$/;
  assert.match(this.response.text, format);
});

Then(
  'the service information shows that the cache is {word} and revision {int} is active',
  function (this: RollcallWorld, state: string, revision: number) {
    const info = this.response.json<Info>();
    assert.deepEqual(
      [this.response.status, info.cache_enabled, info.config_revision],
      [200, state === 'on', revision],
      this.response.text,
    );
    assert.deepEqual(
      [info.healthz_status, typeof info.uptime_seconds, typeof info.node_version],
      ['healthy', 'number', 'string'],
    );
  },
);
