import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** W3C Trace Context, 3.2: version, trace, parent, flags; later versions may have more behind it. */
const form =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;

/** W3C Trace Context, 3.3.1.5: what should at least be passed on, in characters. */
const longestState = 512;

/**
 * The caller's span, as `traceparent` and `tracestate` name it.
 * @returns undefined when there is none, or the field cannot be understood: a new trace begins then
 */
export const traceParent = (traceparent: string, tracestate: string): SpanContext | undefined => {
  const { version, traceId = '', spanId = '', flags = '', rest } = form.exec(traceparent)?.groups ?? {};
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const hasState = tracestate !== '' && tracestate.length <= longestState;
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(hasState && { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(context) ? context : undefined;
};
