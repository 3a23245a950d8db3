import { ROOT_CONTEXT, defaultTextMapGetter, type Context, type Tracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { SamplerType, TraceSettings } from './trace-settings.js';

export { SpanExport } from './span-export.js';

/** Maximum length of a text attribute, in characters. */
const attributeValueLengthLimit = 1024;

const samplers: Readonly<Record<SamplerType, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

/**
 * Creates a tracer with the given settings.
 * @param onEnd called with every recorded span when it ends
 */
export const createTracer = (
  { serviceName, sampler }: TraceSettings,
  version: string,
  onEnd: (span: ReadableSpan) => void,
): Tracer => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: samplers[sampler.type](sampler.ratio),
    spanLimits: { attributeValueLengthLimit },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd,
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  return provider.getTracer('rollcall', version);
};

/** The context of the caller from `traceparent` and `tracestate` (W3C Trace Context); a root context without them. */
export const callerContext = (headers: { readonly traceparent: string; readonly tracestate: string }): Context =>
  new W3CTraceContextPropagator().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
