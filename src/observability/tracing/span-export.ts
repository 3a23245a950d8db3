import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.js';

/** The outcome of a span: accepted by the collector; rejected or unreachable; or never sent. */
export type SpanOutcome = 'exported' | 'failed' | 'dropped';

/** Bounds of an export; those of the service unless a test wants others. */
export interface ExportLimits {
  /** Spans that may wait; more are dropped. */
  readonly queue: number;
  /** Spans in one request to the collector. */
  readonly batch: number;
  /** Milliseconds that a span waits for others. */
  readonly delayMs: number;
  /** Milliseconds that one batch may take, its repeats included. */
  readonly timeoutMs: number;
}

/** The bounds that the service has. */
export const usualLimits: ExportLimits = { queue: 2048, batch: 256, delayMs: 1000, timeoutMs: 5000 };

/** Options of an export. */
export interface SpanExportOptions {
  /** Base URL of the collector. */
  readonly endpoint: string;
  readonly limits: ExportLimits;
  /** Makes what speaks to the collector. */
  readonly makeExporter: (url: string, timeoutMs: number, agent: HttpAgent) => SpanExporter;
  readonly log: Logger;
  /** Called with the outcome of spans. */
  readonly onOutcome: (outcome: SpanOutcome, count: number) => void;
}

/**
 * Sends spans to one collector, a batch at a time, beside the requests and never in their way: what a slow or absent
 * collector does not take is dropped and counted.
 */
export class SpanExport {
  readonly #options: SpanExportOptions;
  readonly #agent: HttpAgent;
  readonly #exporter: SpanExporter;
  #waiting: ReadableSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #isClosed = false;
  #hasFailed = false;

  /** @throws {TypeError} when the endpoint is not a URL */
  constructor(options: SpanExportOptions) {
    this.#options = options;
    const url = `${options.endpoint}/v1/traces`;
    const Agent = new URL(url).protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#exporter = options.makeExporter(url, options.limits.timeoutMs, this.#agent);
  }

  /** Takes a span that has ended; drops it when too many wait. */
  add(span: ReadableSpan): void {
    const { limits, onOutcome } = this.#options;
    if (this.#isClosed || this.#waiting.length >= limits.queue) {
      onOutcome('dropped', 1);
      return;
    }
    this.#waiting.push(span);
    this.#sendSoon();
  }

  /**
   * Sends what waits, as far as the time allows, and lets go of the collector.
   * @param deadlineMs after it, the rest is dropped
   */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, deadlineMs);
    });
    const flushed = this.#flush().then(() => 'flushed' as const);
    await Promise.race([flushed, deadline]);
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#options.onOutcome('dropped', this.#waiting.splice(0).length);
    this.#agent.destroy();
  }

  async #flush(): Promise<void> {
    while (this.#sending !== undefined || this.#waiting.length > 0) {
      this.#send();
      await this.#sending;
    }
  }

  #sendSoon(): void {
    const { batch, delayMs } = this.#options.limits;
    if (this.#waiting.length >= batch) this.#send();
    else {
      this.#timer ??= setTimeout(() => {
        this.#send();
      }, delayMs).unref();
    }
  }

  /** Sends the oldest batch unless one is being sent, then the next. */
  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.#options.limits.batch);
    this.#sending = this.#export(batch).then((error) => {
      this.#sending = undefined;
      this.#options.onOutcome(error === undefined ? 'exported' : 'failed', batch.length);
      this.#tell(error);
      if (!this.#isClosed && this.#waiting.length > 0) this.#sendSoon();
    });
  }

  /** The exporter's own time is that of silence on a socket; a collector that trickles must not hold a batch for ever. */
  #export(batch: ReadableSpan[]): Promise<Error | undefined> {
    return new Promise((resolve) => {
      const overdue = setTimeout(() => {
        this.#agent.destroy();
      }, this.#options.limits.timeoutMs * 2).unref();
      const end = (error?: Error): void => {
        clearTimeout(overdue);
        resolve(error);
      };
      try {
        this.#exporter.export(batch, ({ error, code }) => {
          const success = 0;
          const result: number = code;
          end(result === success ? undefined : (error ?? new Error('the collector did not take the spans')));
        });
      } catch (error) {
        // Spans are made into text before anything is sent, and that is not in a promise.
        end(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** One line when it begins to fail, and one when it works again. */
  #tell(error: Error | undefined): void {
    const { log, endpoint } = this.#options;
    const hasFailed = error !== undefined;
    if (hasFailed === this.#hasFailed) return;
    this.#hasFailed = hasFailed;
    if (hasFailed) {
      log.warn({ event: 'telemetry.export_failed', err: error, endpoint }, 'trace export failed');
    } else {
      log.info({ event: 'telemetry.export_recovered', endpoint }, 'trace export recovered');
    }
  }
}
