import type { Services } from '../services.js';
import type { Wrapper } from './context.js';

/** Makes each request a span while `telemetry.enabled` is on; the trace of the caller goes on in it (W3C Trace Context). */
export const trace = ({ tracing }: Services): Wrapper => {
  const traced: Wrapper = async (ctx, next) => {
    const { method } = ctx;
    const [traceparent, tracestate] = [ctx.get('traceparent'), ctx.get('tracestate')];
    const span = tracing.begin(ctx.state.settings.telemetry, { method, traceparent, tracestate });
    ctx.state.span = span;
    try {
      await tracing.run(span, next);
    } finally {
      span.end({ route: ctx.state.route, status: ctx.status });
    }
  };
  return function trace(ctx, next) {
    return ctx.state.settings.telemetry.enabled ? traced(ctx, next) : next();
  };
};
