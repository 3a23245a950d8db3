import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

/** A span within that of a request. */
export interface ChildSpanOptions {
  readonly name: string;
  readonly attributes?: Attributes;
  /** Whether the work is done by another system, such as the database. */
  readonly isCall?: boolean;
}

/** What is known of a request when it has ended. */
export interface RequestEnd {
  /** The path as the route table has it, never as it was sent; absent where nothing matched. */
  readonly route: string | undefined;
  readonly status: number;
}

/** Spans within one request at most: a loop over many rows must not fill the queue alone. */
const mostWithin = 64;

/** The span of one request. It carries no address, no path as it was sent, and nothing of any body. */
export class RequestSpan {
  readonly #span: Span;
  readonly #tracer: Tracer;
  readonly #name: string;
  #within = 0;

  /** @param name what stands before the route in the name of the span: the method */
  constructor(span: Span, tracer: Tracer, name: string) {
    this.#span = span;
    this.#tracer = tracer;
    this.#name = name;
  }

  /** Whether it will be sent. */
  get isRecorded(): boolean {
    return this.#span.isRecording();
  }

  /** For log lines, by the names of OpenTelemetry's log formats. */
  get ids(): { readonly trace_id: string; readonly span_id: string } {
    const { traceId, spanId } = this.#span.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }

  /** Begins a span within this one; none when it is over, or has too many. */
  open({ name, attributes = {}, isCall = false }: ChildSpanOptions): Span | undefined {
    if (!this.isRecorded || this.#within >= mostWithin) return undefined;
    this.#within += 1;
    const context = trace.setSpan(ROOT_CONTEXT, this.#span);
    return this.#tracer.startSpan(name, { kind: isCall ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes }, context);
  }

  /** Ends it. Only a failure of the service is an error (semantic conventions for HTTP servers). */
  end({ route, status }: RequestEnd): void {
    if (!this.isRecorded) return;
    if (route !== undefined) this.#span.updateName(`${this.#name} ${route}`).setAttribute('http.route', route);
    this.#span.setAttribute('http.response.status_code', status);
    if (status >= 500) {
      this.#span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}
