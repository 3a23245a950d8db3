import assert from 'node:assert/strict';
import { After, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import { parseSpanCheck, type SpanCheck } from '../../support/observability/span-check.js';
import { collectorOf, flushSpans } from '../../support/observability/spans.js';
import { TraceCollector, type ReceivedSpan } from '../../support/observability/trace-collector.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** How long a span may take to reach the collector, in milliseconds. */
const timeoutMs = 10_000;

/** How long a request may take while the collector hangs, in milliseconds; an export waits for five seconds. */
const maxRequestMs = 4000;

const waitForSpan = async (
  what: string,
  collector: TraceCollector,
  matches: (span: ReceivedSpan) => boolean,
): Promise<ReceivedSpan> => {
  await waitUntil(`the collector receives ${what}`, () => collector.spans.some(matches), timeoutMs);
  return collector.spans.find(matches) as ReceivedSpan;
};

defineParameterType({
  name: 'span check',
  regexp: /with the (?:error )?status \d+|from the service "[^"]*"|in that trace/,
  transformer: parseSpanCheck,
});

After({ name: 'close the trace collectors' }, async function (this: RollcallWorld) {
  for (const name of ['collector', 'second collector']) {
    await (this.saved.get(name) as TraceCollector | undefined)?.close();
  }
});

Given('a trace collector is running', async function (this: RollcallWorld) {
  this.saved.set('collector', await TraceCollector.start());
});

Given('the operator enables tracing of all requests', async function (this: RollcallWorld) {
  await this.operator.setAll({
    'telemetry.enabled': true,
    'telemetry.endpoint': collectorOf(this).endpoint,
    'telemetry.sampler.type': 'parentbased_always_on',
  });
});

Given('the operator configures the collector', async function (this: RollcallWorld) {
  await this.operator.set('telemetry.endpoint', collectorOf(this).endpoint);
});

When('the operator switches to a second collector', async function (this: RollcallWorld) {
  const second = await TraceCollector.start();
  this.saved.set('second collector', second);
  await this.operator.set('telemetry.endpoint', second.endpoint);
});

When('{int} greetings are requested', async function (this: RollcallWorld, count: number) {
  const durations: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    await this.send('GET', '/api/v1/greet');
    durations.push(performance.now() - startedAt);
  }
  this.saved.set('durations', durations);
});

When('the collector {collector change}', async function (this: RollcallWorld, change: string) {
  const collector = collectorOf(this);
  if (change === 'stops responding') collector.mode = 'hang';
  else if (change === 'is stopped') await collector.close();
  else await collector.listen();
});

defineParameterType({
  name: 'collector change',
  regexp: /stops responding|is stopped|is started again/,
  transformer: (text: string) => text,
});

Then(
  'the collector receives {string} {span check}',
  async function (this: RollcallWorld, name: string, check: SpanCheck) {
    const matches = (span: ReceivedSpan): boolean => span.name === name && check.matches(span);
    check.assert(await waitForSpan(name, collectorOf(this), matches), this);
  },
);

Then(
  'the collector receives {string} as a child of {string}',
  async function (this: RollcallWorld, name: string, parent: string) {
    const { spanId } = await waitForSpan(parent, collectorOf(this), (span) => span.name === parent);
    await waitForSpan(name, collectorOf(this), (span) => span.name === name && span.parentSpanId === spanId);
  },
);

Then('the second collector receives only {string}', async function (this: RollcallWorld, name: string) {
  const second = this.saved.get('second collector') as TraceCollector;
  await waitForSpan(name, second, (span) => span.name === name);
  assert.ok(second.spans.every((span) => span.name === name));
});

Then('the collector receives nothing', async function (this: RollcallWorld) {
  await flushSpans(this);
  assert.deepEqual([this.response.status, collectorOf(this).requestBodies], [200, []]);
});

Then('the collector receives no span of that request', async function (this: RollcallWorld) {
  await flushSpans(this);
  const names = collectorOf(this).spans.map(({ name }) => name);
  assert.deepEqual([this.response.status, names.includes('GET /api/version')], [200, false]);
});

Then('the log entry of the request has the IDs of that trace and of its span', async function (this: RollcallWorld) {
  const span = await waitForSpan('it', collectorOf(this), ({ traceId }) => traceId === this.saved.get('trace'));
  const entry = this.logLines().find((each) => each['request_id'] === this.response.requestId);
  assert.deepEqual([entry?.['trace_id'], entry?.['span_id']], [span.traceId, span.spanId]);
});

Then('no request waits for the collector', async function (this: RollcallWorld) {
  await waitUntil('the collector is called', () => collectorOf(this).requestBodies.length > 0, timeoutMs);
  const durations = this.saved.get('durations') as number[];
  assert.deepEqual([this.response.status, durations.filter((ms) => ms > maxRequestMs)], [200, []]);
});
