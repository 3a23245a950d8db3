import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { Mutex } from 'async-mutex';
import type { Logger } from '../logger.js';

/** The outcome of a span: accepted by the collector; rejected by it or undeliverable; or never sent. */
export type SpanOutcome = 'exported' | 'failed' | 'dropped';

/** Limits of an export. */
export interface ExportLimits {
  /** Maximum number of spans in the queue; more are dropped. */
  readonly queue: number;
  /** Maximum number of spans in one request to the collector. */
  readonly batch: number;
  /** Time in milliseconds before an incomplete batch is sent. */
  readonly delayMs: number;
  /** Time in milliseconds for one batch, including retries. */
  readonly timeoutMs: number;
}

/** Options for `SpanExport`. */
export interface SpanExportOptions {
  /** Base URL of the collector. */
  readonly endpoint: string;
  readonly limits: ExportLimits;
  readonly log: Logger;
  /** Called with the outcome of spans. */
  readonly onOutcome: (outcome: SpanOutcome, count: number) => void;
}

/**
 * Sends spans to one collector in batches (`BatchSpanProcessor`), as OTLP over HTTP with JSON. Requests never wait for it: if the
 * collector is slow or unavailable, spans are dropped and counted.
 */
export class SpanExport implements SpanExporter {
  readonly #options: SpanExportOptions;
  /** Time for one batch in milliseconds, including a slow response. */
  readonly #batchTimeoutMs: number;
  readonly #agent: HttpAgent;
  readonly #exporter: SpanExporter;
  readonly #processor: BatchSpanProcessor;
  #queued = 0;
  readonly #mutex = new Mutex();
  #isClosed = false;
  #isAborted = false;
  #cancel: () => void = () => undefined;
  #hasFailed = false;

  /** @throws {TypeError} if the endpoint is not a URL */
  constructor(options: SpanExportOptions) {
    this.#options = options;
    const { queue, batch, delayMs, timeoutMs } = options.limits;
    this.#batchTimeoutMs = timeoutMs * 2;
    const url = `${options.endpoint}/v1/traces`;
    const Agent = new URL(url).protocol === 'https:' ? HttpsAgent : HttpAgent;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#agent = agent;
    this.#exporter = new OTLPTraceExporter({ url, timeoutMillis: timeoutMs, httpAgentOptions: () => agent });
    this.#processor = new BatchSpanProcessor(this, {
      maxQueueSize: queue,
      maxExportBatchSize: batch,
      scheduledDelayMillis: delayMs,
      exportTimeoutMillis: this.#batchTimeoutMs,
    });
  }

  /** Adds a finished span; drops it if the queue is full. */
  add(span: ReadableSpan): void {
    // The processor drops spans silently, so the queue is measured here.
    if (this.#isClosed || this.#queued >= this.#options.limits.queue) {
      this.#options.onOutcome('dropped', 1);
      return;
    }
    this.#queued += 1;
    this.#processor.onEnd(span);
  }

  /**
   * Sends the queued spans and closes the connection to the collector. If the collector does not accept them within the time
   * for one batch, the rest is dropped.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const deadline = setTimeout(() => {
      this.abort();
    }, this.#batchTimeoutMs).unref();
    await this.#processor.shutdown().catch(() => undefined);
    await this.shutdown();
    clearTimeout(deadline);
  }

  /** Called by the processor with a batch: sends one batch at a time, and reports the outcome. */
  export(batch: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#queued -= batch.length;
    void this.#mutex.runExclusive(async () => {
      const result = this.#isAborted ? undefined : await this.#send(batch);
      if (result !== undefined) this.#logTransition(result);
      const isExported = result?.code === ExportResultCode.SUCCESS;
      this.#options.onOutcome(result === undefined ? 'dropped' : isExported ? 'exported' : 'failed', batch.length);
      done(result ?? { code: ExportResultCode.FAILED });
    });
  }

  /** Aborts the batch that is being sent, and drops the others. */
  abort(): void {
    this.#isAborted = true;
    this.#agent.destroy();
    // The exporter would retry the batch.
    this.#cancel();
  }

  /** Called by the processor, which does not wait for a batch that it sent before; closes the connection afterwards. */
  async shutdown(): Promise<void> {
    await this.#mutex.waitForUnlock();
    this.#agent.destroy();
  }

  /** `timeoutMillis` of the exporter is the idle time of the socket, so a slow response is aborted here. */
  #send(batch: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      const timeout = setTimeout(() => {
        this.#agent.destroy();
      }, this.#batchTimeoutMs).unref();
      const end = (result: ExportResult): void => {
        clearTimeout(timeout);
        resolve(result);
      };
      this.#cancel = () => {
        end({ code: ExportResultCode.FAILED, error: new Error('the collector did not respond in time') });
      };
      try {
        this.#exporter.export(batch, end);
      } catch (error) {
        // Serialization is synchronous and may throw.
        end({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
      }
    });
  }

  /** Logs the first failure and the recovery. */
  #logTransition({ code, error }: ExportResult): void {
    const { log, endpoint } = this.#options;
    const hasFailed = code !== ExportResultCode.SUCCESS;
    if (hasFailed === this.#hasFailed) return;
    this.#hasFailed = hasFailed;
    if (hasFailed) {
      const err = error ?? new Error('the collector rejected the spans');
      log.warn({ event: 'telemetry.export_failed', err, endpoint }, 'trace export failed');
    } else {
      log.info({ event: 'telemetry.export_recovered', endpoint }, 'trace export recovered');
    }
  }
}
