import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { TraceCollector, type ReceivedSpan } from '../support/trace-collector.js';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';

/** How long a span may take to reach the collector, in milliseconds. */
const patienceMs = 10_000;

/** How long a request may take while the collector is silent, in milliseconds; an export waits for five seconds. */
const mostMs = 4000;

const callersSpan = 'b7ad6b7169203331';

const collectorOf = (world: RollcallWorld): TraceCollector => world.saved.get('collector') as TraceCollector;

const arrived = async (
  what: string,
  collector: TraceCollector,
  isIt: (span: ReceivedSpan) => boolean,
): Promise<ReceivedSpan> => {
  await waitUntil(`the collector is told of ${what}`, () => collector.spans.some(isIt), patienceMs);
  return collector.spans.find(isIt) as ReceivedSpan;
};

const statusOf = ({ attributes }: ReceivedSpan): unknown => attributes['http.response.status_code'];

/** Ends tracing, which sends whatever still waits. */
const settled = async (world: RollcallWorld): Promise<void> => {
  await (await world.ready()).services.tracing.close();
};

After({ name: 'no traces are collected any more' }, async function (this: RollcallWorld) {
  for (const name of ['collector', 'other collector']) {
    await (this.saved.get(name) as TraceCollector | undefined)?.close();
  }
});

Given('a collector of traces is there', async function (this: RollcallWorld) {
  this.saved.set('collector', await TraceCollector.start());
});

Given('the operator traces all requests', async function (this: RollcallWorld) {
  const { endpoint } = collectorOf(this);
  await this.operator.setAll({
    'telemetry.enabled': true,
    'telemetry.endpoint': endpoint,
    'telemetry.sampler.type': 'parentbased_always_on',
  });
});

Given('the operator names the collector', async function (this: RollcallWorld) {
  await this.operator.set('telemetry.endpoint', collectorOf(this).endpoint);
});

When('the operator sends the traces to another collector', async function (this: RollcallWorld) {
  const other = await TraceCollector.start();
  this.saved.set('other collector', other);
  await this.operator.set('telemetry.endpoint', other.endpoint);
});

When('somebody asks for a greeting within the trace {string}', async function (this: RollcallWorld, trace: string) {
  this.saved.set('trace', trace);
  await this.send('GET', '/api/v1/greet', { headers: { Traceparent: `00-${trace}-${callersSpan}-01` } });
});

When('somebody asks for greetings {int} times', async function (this: RollcallWorld, times: number) {
  const durations: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    await this.send('GET', '/api/v1/greet');
    durations.push(performance.now() - startedAt);
  }
  this.saved.set('durations', durations);
});

When('the collector falls silent', function (this: RollcallWorld) {
  collectorOf(this).mode = 'is silent';
});

When('the collector goes away', async function (this: RollcallWorld) {
  await collectorOf(this).close();
});

When('the collector comes back', async function (this: RollcallWorld) {
  await collectorOf(this).listen();
});

Then(
  'the collector is told of {string} with the status {int}',
  async function (this: RollcallWorld, name: string, status: number) {
    const isIt = (span: ReceivedSpan): boolean => span.name === name && statusOf(span) === status;
    const span = await arrived(`${name} with ${String(status)}`, collectorOf(this), isIt);
    assert.deepEqual([span.kind, span.status, span.service], [2, 0, 'rollcall']);
  },
);

Then(
  'the collector is told of {string} as an error, with the status {int}',
  async function (this: RollcallWorld, name: string, status: number) {
    const isIt = (span: ReceivedSpan): boolean => span.name === name && statusOf(span) === status;
    const span = await arrived(`${name} with ${String(status)}`, collectorOf(this), isIt);
    assert.deepEqual([span.status, span.attributes['error.type']], [2, String(status)]);
  },
);

Then('the collector is told of {string} within that trace', async function (this: RollcallWorld, name: string) {
  const span = await arrived(name, collectorOf(this), (each) => each.name === name);
  assert.deepEqual([span.traceId, span.parentSpanId], [this.saved.get('trace'), callersSpan]);
});

Then(
  'the collector is told of {string} by the service {string}',
  async function (this: RollcallWorld, name: string, service: string) {
    const span = await arrived(name, collectorOf(this), (each) => each.name === name);
    assert.equal(span.service, service);
  },
);

Then('the other collector is told of {string}', async function (this: RollcallWorld, name: string) {
  const other = this.saved.get('other collector') as TraceCollector;
  await arrived(name, other, (span) => span.name === name);
  assert.ok(other.spans.every((span) => span.name === name));
});

Then('the collector is told of nothing', async function (this: RollcallWorld) {
  await settled(this);
  assert.deepEqual([this.response.status, collectorOf(this).requestBodies], [200, []]);
});

Then('the collector is told of nothing else', async function (this: RollcallWorld) {
  await settled(this);
  const names = collectorOf(this).spans.map(({ name }) => name);
  assert.deepEqual([this.response.status, names.includes('GET /api/version')], [200, false]);
});

Then(
  'within {string} the collector is told of {string}',
  async function (this: RollcallWorld, request: string, name: string) {
    const { spanId } = await arrived(request, collectorOf(this), (span) => span.name === request);
    await arrived(name, collectorOf(this), (span) => span.name === name && span.parentSpanId === spanId);
  },
);

Then('it is told nothing of {string}', function (this: RollcallWorld, text: string) {
  const told = collectorOf(this).requestBodies.join('');
  assert.ok(told !== '' && !told.includes(text), told);
});

Then('it is told no password, no token, no name and no address of Ada', async function (this: RollcallWorld) {
  await settled(this);
  const { password, tokens, username, id } = this.user('Ada');
  const told = collectorOf(this).requestBodies.join('');
  // A name as short as this one is a part of many words.
  for (const secret of [password, tokens?.access_token, tokens?.refresh_token, `"${username}`, id, '198.51.100.7']) {
    assert.ok(secret !== undefined && told !== '' && !told.includes(secret), secret);
  }
});

Then(
  'the log line of that request names that trace, and the span that the collector is told of',
  async function (this: RollcallWorld) {
    const span = await arrived('it', collectorOf(this), ({ traceId }) => traceId === this.saved.get('trace'));
    const line = this.logLines().find((each) => each['request_id'] === this.response.requestId);
    assert.deepEqual([line?.['trace_id'], line?.['span_id']], [span.traceId, span.spanId]);
  },
);

Then('nobody has waited for the collector', async function (this: RollcallWorld) {
  await waitUntil('the collector was asked', () => collectorOf(this).requestBodies.length > 0, patienceMs);
  const durations = this.saved.get('durations') as number[];
  assert.deepEqual([this.response.status, durations.filter((ms) => ms > mostMs)], [200, []]);
});

Then('a span is counted as failed', async function (this: RollcallWorld) {
  const { metrics } = (await this.ready()).services;
  const isCounted = async (): Promise<boolean> =>
    /^rollcall_telemetry_spans_total\{outcome="failed"\} [1-9]/m.test(await metrics.expose());
  await waitUntil('the span is counted', isCounted, patienceMs);
});
