import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { RequestSpan, type OpenSpan } from './request-span.js';
import { makeSampler } from './sampler.js';
import { SpanExport, usualLimits, type ExportLimits } from './span-export.js';
import { traceParent } from './trace-parent.js';
import type { TraceSettings } from './trace-settings.js';

/** What tracing is made from. */
export interface TracingOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Version of the service, told with every span. */
  readonly version: string;
  readonly limits?: ExportLimits;
}

/** What is known of a request when it begins. */
export interface IncomingRequest {
  readonly method: string;
  /** The fields of W3C Trace Context; empty where they were not sent. */
  readonly traceparent: string;
  readonly tracestate: string;
}

/** Longest text that a span carries. */
const attributeValueLengthLimit = 1024;

/** How long an export that is replaced or ended may send what it still holds, in milliseconds. */
const flushMs = 1000;

/** RFC 9110, 9.1, and RFC 5789; other methods are told as `_OTHER` (semantic conventions for HTTP). */
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

/**
 * The traces of one app: a span for each request, spans within it for what takes its time, and their way to a collector.
 * Nothing is registered globally, and while it is off, nothing is made.
 */
export class Tracing {
  readonly #options: TracingOptions;
  readonly #current = new AsyncLocalStorage<RequestSpan>();
  readonly #closing = new Set<Promise<void>>();
  readonly #count;
  readonly #processor: SpanProcessor;
  #export: SpanExport | null = null;
  #tracer: { readonly settings: TraceSettings; readonly tracer: Tracer } | undefined;

  constructor(options: TracingOptions) {
    this.#options = options;
    const counter = options.metrics.counter('telemetry_spans_total', 'Spans by what became of them', ['outcome']);
    this.#count = (outcome: 'exported' | 'failed' | 'dropped', count: number): void => counter.inc({ outcome }, count);
    for (const outcome of ['exported', 'failed', 'dropped'] as const) this.#count(outcome, 0);
    this.#processor = {
      onStart: () => undefined,
      onEnd: (span: ReadableSpan) => {
        this.#add(span);
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
  }

  /** Whether there is a way to a collector. */
  get isOn(): boolean {
    return this.#export !== null;
  }

  /**
   * Makes the way to the collector of some settings; nothing is sent yet.
   * @returns null when they switch tracing off
   */
  prepare({ enabled, endpoint }: TraceSettings): SpanExport | null {
    if (!enabled) return null;
    const { log, limits = usualLimits } = this.#options;
    return new SpanExport({ endpoint, limits, log, onOutcome: this.#count });
  }

  /** Puts another way into force at once; the one before sends what it holds, and is let go. */
  use(next: SpanExport | null): void {
    const before = this.#export;
    this.#export = next;
    if (next === null) this.#current.disable();
    if (before === null) return;
    const closing = before.close(flushMs).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Begins the span of a request; the caller's trace goes on where one was sent. */
  begin(settings: TraceSettings, { method, traceparent, tracestate }: IncomingRequest): RequestSpan {
    const remote = traceParent(traceparent, tracestate);
    const context = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
    const isKnown = knownMethods.has(method);
    const name = isKnown ? method : 'HTTP';
    const attributes = { 'http.request.method': isKnown ? method : '_OTHER', 'url.scheme': 'http' };
    const tracer = this.#tracerFor(settings);
    return new RequestSpan(tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context), tracer, name);
  }

  /** Runs a request; what it waits for meanwhile becomes spans of its own. */
  run<T>(span: RequestSpan, work: () => Promise<T>): Promise<T> {
    return span.isRecorded && this.#export !== null ? this.#current.run(span, work) : work();
  }

  /**
   * Runs something that a request waits for, in a span within that of the request; outside of one, it just runs.
   * A failure is told by its code or class, never by its message, which may quote what people have sent.
   */
  async within<T>(open: OpenSpan, work: () => Promise<T>): Promise<T> {
    const span = this.#export === null ? undefined : this.#current.getStore()?.open(open);
    if (span === undefined) return work();
    try {
      return await work();
    } catch (error) {
      span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  /** Sends what waits, within a second, and ends. */
  async close(): Promise<void> {
    this.use(null);
    await Promise.all(this.#closing);
  }

  #add(span: ReadableSpan): void {
    if (this.#export === null) this.#count('dropped', 1);
    else this.#export.add(span);
  }

  /** The settings of a generation are one object, so this is made once for each. */
  #tracerFor(settings: TraceSettings): Tracer {
    if (this.#tracer?.settings === settings) return this.#tracer.tracer;
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        'service.name': settings.serviceName,
        'service.version': this.#options.version,
      }),
      sampler: makeSampler(settings.sampler),
      spanLimits: { attributeValueLengthLimit },
      spanProcessors: [this.#processor],
    });
    this.#tracer = { settings, tracer: provider.getTracer('rollcall', this.#options.version) };
    return this.#tracer.tracer;
  }
}

const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
