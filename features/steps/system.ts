import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Health, Healthz, Info, Readiness, Version } from '../../src/contract/system.js';
import type { z } from 'zod';
import type { RollcallWorld } from '../support/world.js';
import { isAbout } from '../support/timing.js';

When('somebody asks whether the service is healthy', async function (this: RollcallWorld) {
  await this.send('GET', '/api/health');
});

When('somebody asks how long the service has been up', async function (this: RollcallWorld) {
  await this.send('GET', '/api/healthz');
});

When('somebody asks whether the service is ready', async function (this: RollcallWorld) {
  await this.send('GET', '/api/ready');
});

When('somebody asks for the version', async function (this: RollcallWorld) {
  await this.send('GET', '/api/version');
});

When('somebody asks for the version as {string}', async function (this: RollcallWorld, format: string) {
  await this.send('GET', `/api/version?format=${format}`);
});

When('somebody asks about the service', async function (this: RollcallWorld) {
  await this.send('GET', '/api/info');
});

When('the service begins to stop', async function (this: RollcallWorld) {
  (await this.ready()).services.lifecycle.stopping = true;
});

Given('the service runs on a pool of its own', async function (this: RollcallWorld) {
  await this.startApp({ env: { ROLLCALL_DATABASE_POOL_MAX: '3' } });
});

When('the database is out of reach', async function (this: RollcallWorld) {
  const { db } = (await this.ready()).services;
  await db.close();
});

Then('it is healthy', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json<z.infer<typeof Health>>()], [200, { status: 'healthy' }]);
});

Then('it has been up for {duration}', function (this: RollcallWorld, ms: number) {
  const { status, uptime_seconds: uptime, timestamp } = this.response.json<z.infer<typeof Healthz>>();
  assert.deepEqual([this.response.status, status], [200, 'healthy']);
  assert.ok(
    isAbout(uptime * 1000, ms) && isAbout(Date.parse(timestamp), this.clock.now().getTime()),
    this.response.text,
  );
});

Then('it is ready, its database healthy and its cache {word}', function (this: RollcallWorld, cache: string) {
  const connections = { database: { status: 'healthy' }, cache: { status: cache } };
  assert.deepEqual([this.response.status, this.response.body], [200, { ready: true, connections }]);
});

Then('it is not ready: {word}', function (this: RollcallWorld, reason: string) {
  const { ready, reason: told } = this.response.json<Readiness>();
  assert.deepEqual([this.response.status, ready, told], [503, false, reason], this.response.text);
  assert.match(this.response.headers.get('retry-after') ?? '', /^[1-9]/);
});

Then('it tells version, commit, build date and runtime', function (this: RollcallWorld) {
  const facts = this.response.json<Version>();
  assert.equal(this.response.status, 200);
  assert.deepEqual(Object.keys(facts).sort(), ['build_date', 'commit', 'node_version', 'version']);
  assert.match(facts.version, /^\d+\.\d+\.\d+/);
});

Then('it is the version alone, as text', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(this.response.text, /^\d+\.\d+\.\d+[^\s]*$/);
});

Then('it is the four facts on lines of their own, as text', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(this.response.text, /^version: .+\ncommit: .+\nbuild_date: .+\nnode_version: .+\n$/);
});

Then(
  'it tells that the cache is {word} and revision {int} in force',
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
