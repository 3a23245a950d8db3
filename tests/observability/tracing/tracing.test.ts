import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TraceCollector } from '../../../features/support/observability/trace-collector.js';
import { waitUntil } from '../../../features/support/wait-until.js';
import type { ExportLimits } from '../../../src/observability/tracing/span-export.js';
import type { IncomingRequest } from '../../../src/observability/tracing/tracing.js';
import type { SamplerType, TraceSettings } from '../../../src/observability/tracing/trace-settings.js';
import { limits, startTracing } from './support.js';

const callersTrace = '0af7651916cd43dd8448eb211c80319c';
const callersSpan = 'b7ad6b7169203331';

let collector: TraceCollector;
beforeEach(async () => {
  collector = await TraceCollector.start();
});
afterEach(() => collector.close());

const settingsOf = (type: SamplerType = 'always_on', ratio = 1): TraceSettings => ({
  enabled: true,
  endpoint: collector.endpoint,
  serviceName: 'tested',
  sampler: { type, ratio },
});

const makeTracing = (settings = settingsOf(), changed: Partial<ExportLimits> = {}) => startTracing(settings, changed);

describe('the span of a request', () => {
  it('is named by method and route, with the attributes of the semantic conventions', async () => {
    const { tracing, serve } = await makeTracing();
    serve();
    await tracing.close();
    expect(collector.spans).toEqual([
      expect.objectContaining({
        name: 'GET /x/:id',
        kind: 2,
        status: 0,
        service: 'tested',
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/x/:id',
          'http.response.status_code': 200,
          'url.scheme': 'http',
        },
      }),
    ]);
  });

  it('is an error from status 500 on, and lacks a route if none matched', async () => {
    const { tracing, begin, serve } = await makeTracing();
    serve({}, { route: '/x', status: 503 });
    begin().end({ route: undefined, status: 404 });
    serve({ method: 'BREW' });
    await tracing.close();
    expect(collector.spans.map(({ name, status }) => [name, status])).toEqual([
      ['GET /x', 2],
      ['GET', 0],
      ['HTTP /x/:id', 0],
    ]);
    expect(collector.spans[0]?.attributes['error.type']).toBe('503');
    expect(collector.spans[2]?.attributes['http.request.method']).toBe('_OTHER');
  });

  it.each([
    [`00-${callersTrace}-${callersSpan}-01`, true],
    [`00-${callersTrace}-${callersSpan}-00`, true],
    [`cc-${callersTrace}-${callersSpan}-01-what-will-be`, true],
    [`00-${callersTrace}-${callersSpan}-01-more`, false],
    [`ff-${callersTrace}-${callersSpan}-01`, false],
    [`00-${callersTrace.toUpperCase()}-${callersSpan}-01`, false],
    [`00-${'0'.repeat(32)}-${callersSpan}-01`, false],
    [`00-${callersTrace}-${'0'.repeat(16)}-01`, false],
    [`00-${callersTrace}-${callersSpan}`, false],
    [`00-${callersTrace}-${callersSpan}-01, 00-${callersTrace}-${callersSpan}-01`, false],
    ['', false],
  ])('continues the trace of %j: %s', async (traceparent, isTaken) => {
    const { tracing, serve } = await makeTracing();
    serve({ traceparent, tracestate: 'vendor=1' });
    await tracing.close();
    const [span] = collector.spans;
    expect([span?.traceId === callersTrace, span?.parentSpanId === callersSpan]).toEqual([isTaken, isTaken]);
  });

  it('contains a bounded number of awaited operations, and no error messages', async () => {
    const { tracing, begin } = await makeTracing();
    const request = begin();
    await tracing.runInSpan(request, async () => {
      for (let index = 0; index < 70; index += 1) await tracing.withSpan({ name: 'step' }, () => Promise.resolve());
    });
    request.end({ route: '/x', status: 200 });
    const other = begin();
    const failing = tracing.runInSpan(other, () =>
      tracing.withSpan({ name: 'fails' }, () => Promise.reject(new RangeError('the secret of Ada'))),
    );
    await expect(failing).rejects.toThrow(RangeError);
    other.end({ route: '/x', status: 500 });
    await tracing.close();
    const steps = collector.spans.filter(({ name }) => name === 'step');
    expect([steps.length, new Set(steps.map(({ traceId }) => traceId)).size]).toEqual([64, 1]);
    const failed = collector.spans.find(({ name }) => name === 'fails');
    expect([failed?.status, failed?.attributes]).toEqual([2, { 'error.type': 'RangeError' }]);
    expect(collector.requestBodies.join()).not.toContain('secret');
  });

  it('is not created outside of a request', async () => {
    const { tracing } = await makeTracing();
    expect(await tracing.withSpan({ name: 'alone' }, () => Promise.resolve(7))).toBe(7);
    await tracing.close();
    expect(collector.requestBodies).toEqual([]);
  });
});

describe('the sampler', () => {
  const sampled = { traceparent: `00-${callersTrace}-${callersSpan}-01` };
  const unsampled = { traceparent: `00-${callersTrace}-${callersSpan}-00` };

  it.each<[SamplerType, number, boolean, boolean, boolean]>([
    ['always_on', 0, true, true, true],
    ['always_off', 1, false, false, false],
    ['traceidratio', 1, true, true, true],
    ['traceidratio', 0, false, false, false],
    ['parentbased_always_on', 0, true, true, false],
    ['parentbased_always_off', 1, false, true, false],
    ['parentbased_traceidratio', 1, true, true, false],
    ['parentbased_traceidratio', 0, false, true, false],
  ])('%s with the ratio %d', async (type, ratio, own, yes, no) => {
    const { begin } = await makeTracing(settingsOf(type, ratio));
    const isRecorded = (request: Partial<IncomingRequest>): boolean => begin(request).isRecorded;
    expect([isRecorded({}), isRecorded(sampled), isRecorded(unsampled)]).toEqual([own, yes, no]);
  });

  it('samples about the configured share', async () => {
    const { begin } = await makeTracing(settingsOf('traceidratio', 0.25));
    const recorded = Array.from({ length: 2000 }, () => begin().isRecorded).filter(Boolean).length;
    expect(recorded).toBeGreaterThan(400);
    expect(recorded).toBeLessThan(600);
  });
});

describe('SpanExport', () => {
  it('receives spans in batches, and every span is counted', async () => {
    const { serve, count } = await makeTracing();
    for (let index = 0; index < 90; index += 1) serve();
    await waitUntil('all of them arrive', () => collector.spans.length === 90, 3000);
    await waitUntil('they are counted', async () => (await count('exported')) === 90, 3000);
    expect(collector.requestBodies.length).toBeGreaterThan(4);
    expect([await count('failed'), await count('dropped')]).toEqual([0, 0]);
  });

  it('drops spans that do not fit while a collector does not respond, and delays no request', async () => {
    collector.mode = 'hang';
    const { serve, count, tracing } = await makeTracing();
    const startedAt = performance.now();
    for (let index = 0; index < 1000; index += 1) serve();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await count('dropped')).toBe(1000 - limits.queue - limits.batch);
    await tracing.close();
    await waitUntil(
      'all spans are counted',
      async () => (await count('dropped')) + (await count('failed')) === 1000,
      3000,
    );
  });

  it.each(['refuses', 'is gone'])(
    'counts spans that a collector that %s does not accept, and logs it once',
    async (mood) => {
      if (mood === 'is gone') await collector.close();
      else collector.mode = 'reject';
      const { serve, count, lines } = await makeTracing();
      serve();
      await waitUntil('it is counted', async () => (await count('failed')) === 1, 3000);
      serve();
      await waitUntil('it is counted', async () => (await count('failed')) === 2, 3000);
      expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual(['trace export failed']);
      if (mood === 'is gone') await collector.listen();
      else collector.mode = 'accept';
      serve();
      await waitUntil('it is taken', async () => (await count('exported')) === 1, 3000);
      expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'trace export recovered' });
    },
  );

  it('ends within its timeout if the collector does not respond', async () => {
    collector.mode = 'hang';
    const { serve, tracing, count } = await makeTracing(settingsOf(), { timeoutMs: 20_000 });
    for (let index = 0; index < 30; index += 1) serve();
    const startedAt = performance.now();
    await tracing.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await count('dropped')).toBe(10);
  });

  it('sends queued spans to the old collector, and later ones to the new one', async () => {
    const second = await TraceCollector.start();
    onTestFinished(() => second.close());
    const { tracing, settings, begin, count } = await makeTracing(settingsOf(), { delayMs: 60_000 });
    const underWay = begin();
    begin().end({ route: '/before', status: 200 });
    tracing.replaceExport(await tracing.createExport({ ...settings, endpoint: second.endpoint }));
    underWay.end({ route: '/under-way', status: 200 });
    await tracing.close();
    const names = [collector, second].map(({ spans }) => spans.map(({ name }) => name));
    expect(names).toEqual([['GET /before'], ['GET /under-way']]);
    expect([await count('exported'), await count('dropped')]).toEqual([2, 0]);
  });

  it('is replaced while the old collector is slow, without losing spans that are being sent or queued', async () => {
    collector.responseDelayMs = 1500;
    const { tracing, settings, serve, count } = await makeTracing(settingsOf(), { timeoutMs: 5000 });
    for (let index = 0; index < 10; index += 1) serve();
    await waitUntil('a batch is being sent', () => collector.requestBodies.length > 0, 10_000);
    for (let index = 0; index < 5; index += 1) serve();
    tracing.replaceExport(await tracing.createExport({ ...settings, enabled: false }));
    await waitUntil('the spans are exported', async () => (await count('exported')) === 15, 10_000);
    expect([await count('dropped'), await count('failed')]).toEqual([0, 0]);
  });

  it('drops queued spans after it is replaced if the old collector does not respond in time', async () => {
    collector.mode = 'hang';
    const { tracing, settings, serve, count } = await makeTracing(settingsOf(), { timeoutMs: 50, delayMs: 60_000 });
    for (let index = 0; index < 15; index += 1) serve();
    tracing.replaceExport(await tracing.createExport({ ...settings, enabled: false }));
    await waitUntil(
      'the spans have failed',
      async () => (await count('failed')) + (await count('dropped')) === 15,
      10_000,
    );
    expect(await count('exported')).toBe(0);
  });

  it('is closed when tracing is disabled, and later spans are dropped', async () => {
    const { tracing, settings, begin, count } = await makeTracing();
    const underWay = begin();
    tracing.replaceExport(await tracing.createExport({ ...settings, enabled: false }));
    underWay.end({ route: '/x', status: 200 });
    expect([tracing.isEnabled, await count('dropped')]).toEqual([false, 1]);
  });
});
