import type { Agent } from 'node:http';
import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { SamplerType, TraceSettings } from './trace-settings.js';

/** Longest text that a span carries. */
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
 * Makes a tracer as the settings describe it.
 * @param onEnd hears of every span that is recorded and over
 */
export const makeTracer = (
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

/** Makes what speaks to a collector: OTLP over HTTP, as JSON. */
export const makeExporter = (url: string, timeoutMillis: number, agent: Agent): SpanExporter =>
  new OTLPTraceExporter({ url, timeoutMillis, httpAgentOptions: () => agent });
