import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { RequestSpan, type ChildSpanOptions } from './request-span.js';
import type { ExportLimits, SpanExport, SpanOutcome } from './span-export.js';
import type { TraceSettings } from './trace-settings.js';

/** Options for `Tracing`. */
export interface TracingOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Version of the service, part of every span. */
  readonly version: string;
  readonly limits?: ExportLimits;
}

/** Loads the OpenTelemetry SDK only when tracing is enabled: it takes 0.1 s and 10 MB. */
const loadSdk = () => import('./sdk.js');

/** The data of a request that its span starts with. */
export interface IncomingRequest {
  readonly method: string;
  /** The headers of W3C Trace Context; empty if they were not sent. */
  readonly traceparent: string;
  readonly tracestate: string;
}

const defaultLimits: ExportLimits = { queue: 2048, batch: 256, delayMs: 1000, timeoutMs: 5000 };

/** Time for sending the queued spans when the service stops, in milliseconds. */
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
 * Tracing of one app: a span for each request, child spans for the operations that it waits for, and their export to a
 * collector. Nothing is registered globally.
 */
export class Tracing {
  readonly #options: TracingOptions;
  readonly #current = new AsyncLocalStorage<RequestSpan>();
  /** Replaced exports that are still sending their spans. */
  readonly #closing = new Map<SpanExport, Promise<void>>();
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
    this.#count = (outcome: SpanOutcome, count: number): void => counter.inc({ outcome }, count);
    for (const outcome of ['exported', 'failed', 'dropped'] as const) this.#count(outcome, 0);
  }

  /** Whether spans are exported. */
  get isEnabled(): boolean {
    return this.#export !== null;
  }

  /**
   * Creates the export for the given settings without sending anything. Loads the SDK on the first call.
   * @returns null if the settings disable tracing
   */
  async createExport({ enabled, endpoint }: TraceSettings): Promise<SpanExport | null> {
    if (!enabled) return null;
    this.#sdk ??= await loadSdk();
    const { log, limits = defaultLimits } = this.#options;
    return new this.#sdk.SpanExport({ endpoint, limits, log, onOutcome: this.#count });
  }

  /** Replaces the export at once. The previous one sends its queued spans in the background and closes. */
  replaceExport(next: SpanExport | null): void {
    const previous = this.#export;
    this.#export = next;
    if (next === null) this.#current.disable();
    if (previous === null) return;
    this.#closing.set(
      previous,
      previous.close().finally(() => this.#closing.delete(previous)),
    );
  }

  /**
   * Starts the span of a request, as part of the caller's trace if one was sent.
   * @returns undefined while tracing is disabled
   */
  startRequestSpan(settings: TraceSettings, request: IncomingRequest): RequestSpan | undefined {
    if (this.#export === null || this.#sdk === undefined) return undefined;
    const tracer = this.#tracerFor(this.#sdk, settings);
    const isKnown = knownMethods.has(request.method);
    const name = isKnown ? request.method : 'HTTP';
    const attributes = { 'http.request.method': isKnown ? request.method : '_OTHER', 'url.scheme': 'http' };
    const options = { kind: SpanKind.SERVER, attributes };
    return new RequestSpan(tracer.startSpan(name, options, this.#sdk.callerContext(request)), tracer, name);
  }

  /** Runs a request in its span; operations in `withSpan` become child spans. */
  runInSpan<T>(span: RequestSpan, work: () => Promise<T>): Promise<T> {
    return span.isRecorded && this.#export !== null ? this.#current.run(span, work) : work();
  }

  /**
   * Runs an operation in a child span of the request; outside of a request, without a span.
   * A failure is recorded by its code or class, never by its message, which may contain user input.
   */
  async withSpan<T>(options: ChildSpanOptions, work: () => Promise<T>): Promise<T> {
    const span = this.#export === null ? undefined : this.#current.getStore()?.startChild(options);
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

  /** Sends the queued spans, within a second, and disables tracing. */
  async close(): Promise<void> {
    this.replaceExport(null);
    const deadline = setTimeout(() => {
      for (const each of this.#closing.keys()) each.abort();
    }, flushMs);
    await Promise.all(this.#closing.values());
    clearTimeout(deadline);
  }

  #add(span: ReadableSpan): void {
    if (this.#export === null) this.#count('dropped', 1);
    else this.#export.add(span);
  }

  /** The settings of one snapshot are one object, so each snapshot creates one tracer. */
  #tracerFor(sdk: Awaited<ReturnType<typeof loadSdk>>, settings: TraceSettings): Tracer {
    if (this.#tracer?.settings !== settings) {
      const onEnd = (span: ReadableSpan): void => {
        this.#add(span);
      };
      this.#tracer = { settings, tracer: sdk.createTracer(settings, this.#options.version, onEnd) };
    }
    return this.#tracer.tracer;
  }
}

const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
