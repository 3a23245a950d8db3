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

const secondCollectorOf = (world: RollcallWorld): TraceCollector =>
  world.saved.get('second collector') as TraceCollector;

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
  regexp: /with the (?:error )?status \d+|from the service "[^"]*"|in that trace|as a child of "[^"]*"/,
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

When(
  /^the operator (enables tracing of all requests|configures the collector|switches to a second collector)$/,
  async function (this: RollcallWorld, action: string) {
    if (action === 'switches to a second collector') this.saved.set('second collector', await TraceCollector.start());
    const { endpoint } = action.startsWith('switches') ? secondCollectorOf(this) : collectorOf(this);
    const settings = { 'telemetry.enabled': true, 'telemetry.sampler.type': 'parentbased_always_on' };
    await this.operator.setAll({ 'telemetry.endpoint': endpoint, ...(action.startsWith('enables') && settings) });
  },
);

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
    const matches = (span: ReceivedSpan): boolean => span.name === name && check.matches(span, collectorOf(this).spans);
    check.assert(await waitForSpan(name, collectorOf(this), matches), this);
  },
);

Then('the second collector receives only {string}', async function (this: RollcallWorld, name: string) {
  const second = secondCollectorOf(this);
  await waitForSpan(name, second, (span) => span.name === name);
  assert.ok(second.spans.every((span) => span.name === name));
});

Then(/^the collector receives (nothing|no span of that request)$/, async function (this: RollcallWorld, what: string) {
  await flushSpans(this);
  assert.equal(this.response.status, 200);
  if (what === 'nothing') assert.deepEqual(collectorOf(this).requestBodies, []);
  else assert.ok(!collectorOf(this).spans.some(({ name }) => name === 'GET /api/version'));
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
