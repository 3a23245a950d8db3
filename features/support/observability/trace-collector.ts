import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** A span as a collector receives it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 2 is a server, 3 a client, 1 internal (OTLP). */
  readonly kind: number;
  /** 2 is an error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `service.name` of the sender. */
  readonly service: unknown;
}

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface WireSpan extends Omit<ReceivedSpan, 'attributes' | 'status' | 'service'> {
  readonly attributes?: readonly WireAttribute[];
  readonly status?: { readonly code?: number };
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

const valuesOf = (attributes: readonly WireAttribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** How a collector responds. */
export type CollectorMode = 'accept' | 'reject' | 'hang';

/** An OpenTelemetry collector in this process: OTLP over HTTP as JSON, on a free port. */
export class TraceCollector {
  readonly spans: ReceivedSpan[] = [];
  /** The requests in the order in which they arrived. */
  readonly requestBodies: string[] = [];
  mode: CollectorMode = 'accept';
  /** Delay of the response, in milliseconds. */
  responseDelayMs = 0;
  #server: Server | undefined;
  #port = 0;

  /** Starts a collector on a free port of this machine. */
  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector();
    await collector.listen();
    return collector;
  }

  /** The value of `telemetry.endpoint` for this collector. */
  get endpoint(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Listens on the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Closes all connections and stops listening. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => '');
    if (request.url !== '/v1/traces' || body === '') {
      response.writeHead(404).end();
      return;
    }
    this.requestBodies.push(body);
    if (this.mode === 'hang') return;
    if (this.responseDelayMs > 0) await setTimeout(this.responseDelayMs);
    if (this.mode === 'accept') this.#keep(JSON.parse(body) as WireRequest);
    response.writeHead(this.mode === 'accept' ? 200 : 400, { 'Content-Type': 'application/json' }).end('{}');
  }

  #keep({ resourceSpans }: WireRequest): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = valuesOf(resource.attributes)['service.name'];
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { attributes, status, ...rest } = span;
        this.spans.push({ ...rest, attributes: valuesOf(attributes), status: status?.code ?? 0, service });
      }
    }
  }
}
