import type { IncomingRequest } from '../observability/tracing/tracing.js';
import type { Services } from '../services.js';
import type { ApiContext, Middleware } from './context.js';

const incoming = (ctx: ApiContext): IncomingRequest => ({
  method: ctx.method,
  traceparent: ctx.get('traceparent'),
  tracestate: ctx.get('tracestate'),
});

/** Records a span for each request while `telemetry.enabled` is on, in the trace of the caller (W3C Trace Context). */
export const trace = ({ tracing }: Services): Middleware =>
  async function trace(ctx, next) {
    const { telemetry } = ctx.state.settings;
    const span = telemetry.enabled ? tracing.startRequestSpan(telemetry, incoming(ctx)) : undefined;
    if (span === undefined) {
      await next();
      return;
    }
    ctx.state.span = span;
    try {
      await tracing.runInSpan(span, next);
    } finally {
      span.end({ route: ctx.state.route, status: ctx.status });
    }
  };
