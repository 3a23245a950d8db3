import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

/** Options for a child span of a request. */
export interface ChildSpanOptions {
  readonly name: string;
  readonly attributes?: Attributes;
  /** Whether another system does the work, such as the database. */
  readonly isCall?: boolean;
}

/** The data of a request that its span ends with. */
export interface RequestEnd {
  /** The path as in the route table, never as it was sent; undefined if no route matched. */
  readonly route: string | undefined;
  readonly status: number;
}

/** Maximum number of child spans of a request, so that a loop over many rows cannot fill the queue. */
const maxChildren = 64;

/** The span of one request. It contains no IP address, no path as it was sent, and no part of a body. */
export class RequestSpan {
  readonly #span: Span;
  readonly #tracer: Tracer;
  readonly #name: string;
  #children = 0;

  /** @param name the method: the name of the span before the route is known */
  constructor(span: Span, tracer: Tracer, name: string) {
    this.#span = span;
    this.#tracer = tracer;
    this.#name = name;
  }

  /** Whether the span will be exported. */
  get isRecorded(): boolean {
    return this.#span.isRecording();
  }

  /** The ids for log lines, named as in OpenTelemetry's log formats. */
  get ids(): { readonly trace_id: string; readonly span_id: string } {
    const { traceId, spanId } = this.#span.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }

  /** Starts a child span; undefined if the request has ended or has too many. */
  startChild({ name, attributes = {}, isCall = false }: ChildSpanOptions): Span | undefined {
    if (!this.isRecorded || this.#children >= maxChildren) return undefined;
    this.#children += 1;
    const context = trace.setSpan(ROOT_CONTEXT, this.#span);
    return this.#tracer.startSpan(name, { kind: isCall ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes }, context);
  }

  /** Ends the span. Only 5xx is an error (semantic conventions for HTTP servers). */
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
