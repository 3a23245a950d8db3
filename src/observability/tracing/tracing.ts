import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { RequestSpan, type ChildSpanOptions } from './request-span.js';
import { SpanExport, usualLimits, type ExportLimits } from './span-export.js';
import { traceParent } from './trace-parent.js';
import type { TraceSettings } from './trace-settings.js';

/** Options of tracing. */
export interface TracingOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Version of the service, told with every span. */
  readonly version: string;
  readonly limits?: ExportLimits;
}

/** Loads the half of OpenTelemetry that costs something: a tenth of a second and 10 MB. */
const loadSdk = async () => {
  const { makeExporter, makeTracer } = await import('./sdk.js');
  return { makeExporter, makeTracer };
};

/** What is known of a request when it begins. */
export interface IncomingRequest {
  readonly method: string;
  /** The fields of W3C Trace Context; empty where they were not sent. */
  readonly traceparent: string;
  readonly tracestate: string;
}

/** How long an export that is replaced or ended may send what it still holds, in milliseconds. */
const flushMs = 1000;

/** RFC 9110, 9.1, and RFC 5789; other methods are recorded as `_OTHER` (semantic conventions for HTTP). */
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
  #sdk: Awaited<ReturnType<typeof loadSdk>> | undefined;
  #export: SpanExport | null = null;
  #tracer: { readonly settings: TraceSettings; readonly tracer: Tracer } | undefined;

  constructor(options: TracingOptions) {
    this.#options = options;
    const counter = options.metrics.counter(
      'rollcall_telemetry_spans_total',
      'Trace spans, by outcome: exported, failed or dropped.',
      ['outcome'],
    );
    this.#count = (outcome: 'exported' | 'failed' | 'dropped', count: number): void => counter.inc({ outcome }, count);
    for (const outcome of ['exported', 'failed', 'dropped'] as const) this.#count(outcome, 0);
  }

  /** Whether there is a way to a collector. */
  get isEnabled(): boolean {
    return this.#export !== null;
  }

  /**
   * Makes the way to the collector of some settings; nothing is sent yet. The SDK is loaded when it is first wanted.
   * @returns null when they switch tracing off
   */
  async prepare({ enabled, endpoint }: TraceSettings): Promise<SpanExport | null> {
    if (!enabled) return null;
    this.#sdk ??= await loadSdk();
    const { log, limits = usualLimits } = this.#options;
    return new SpanExport({ endpoint, limits, log, makeExporter: this.#sdk.makeExporter, onOutcome: this.#count });
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

  /**
   * Begins the span of a request; it continues the caller's trace if one was sent.
   * @returns undefined while there is no way to a collector
   */
  startRequestSpan(
    settings: TraceSettings,
    { method, traceparent, tracestate }: IncomingRequest,
  ): RequestSpan | undefined {
    const tracer = this.#export === null ? undefined : this.#tracerFor(settings);
    if (tracer === undefined) return undefined;
    const remote = traceParent(traceparent, tracestate);
    const context = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
    const isKnown = knownMethods.has(method);
    const name = isKnown ? method : 'HTTP';
    const attributes = { 'http.request.method': isKnown ? method : '_OTHER', 'url.scheme': 'http' };
    return new RequestSpan(tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context), tracer, name);
  }

  /** Runs a request; calls that it awaits become child spans. */
  runInSpan<T>(span: RequestSpan, work: () => Promise<T>): Promise<T> {
    return span.isRecorded && this.#export !== null ? this.#current.run(span, work) : work();
  }

  /**
   * Runs something that a request waits for, in a span within that of the request; outside of one, it just runs.
   * A failure is recorded by its code or class, never by its message, which may contain user input.
   */
  async withSpan<T>(open: ChildSpanOptions, work: () => Promise<T>): Promise<T> {
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
  #tracerFor(settings: TraceSettings): Tracer | undefined {
    if (this.#tracer?.settings === settings) return this.#tracer.tracer;
    const onEnd = (span: ReadableSpan): void => {
      this.#add(span);
    };
    const tracer = this.#sdk?.makeTracer(settings, this.#options.version, onEnd);
    this.#tracer = tracer && { settings, tracer };
    return tracer;
  }
}

const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
