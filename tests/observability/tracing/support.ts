import { onTestFinished } from 'vitest';
import { createLogger } from '../../../src/observability/logger.js';
import { Metrics } from '../../../src/observability/metrics.js';
import type { RequestSpan } from '../../../src/observability/tracing/request-span.js';
import type { ExportLimits } from '../../../src/observability/tracing/span-export.js';
import type { TraceSettings } from '../../../src/observability/tracing/trace-settings.js';
import { Tracing, type IncomingRequest } from '../../../src/observability/tracing/tracing.js';

/** Short limits. */
export const limits: ExportLimits = { queue: 100, batch: 20, delayMs: 10, timeoutMs: 300 };
const get: IncomingRequest = { method: 'GET', traceparent: '', tracestate: '' };

/** Tracing with short limits, and helpers that create spans and count their outcomes. */
export const startTracing = async (settings: TraceSettings, changed: Partial<ExportLimits> = {}) => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('debug', {
    write: (text: string) => {
      lines.push(JSON.parse(text) as Record<string, unknown>);
    },
  });
  const metrics = new Metrics();
  const tracing = new Tracing({ log, metrics, version: '1.2.3', limits: { ...limits, ...changed } });
  tracing.replaceExport(await tracing.createExport(settings));
  onTestFinished(() => tracing.close());
  const count = async (outcome: string): Promise<number> => {
    const line = new RegExp(`^rollcall_telemetry_spans_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm');
    return Number(line.exec(await metrics.expose())?.[1]);
  };
  const begin = (request: Partial<IncomingRequest> = {}): RequestSpan => {
    const span = tracing.startRequestSpan(settings, { ...get, ...request });
    if (span === undefined) throw new Error('tracing is off');
    return span;
  };
  const serve = (request: Partial<IncomingRequest> = {}, end = { route: '/x/:id', status: 200 }): void => {
    begin(request).end(end);
  };
  return { tracing, settings, lines, count, begin, serve };
};
