import assert from 'node:assert/strict';
import type { ReceivedSpan } from './trace-collector.js';
import type { RollcallWorld } from '../world.js';

/** The caller's span in requests that are sent with a trace. */
export const parentSpanId = 'b7ad6b7169203331';

const statusOf = ({ attributes }: ReceivedSpan): unknown => attributes['http.response.status_code'];

/** The span that a step names, and what else it asserts about it. */
export interface SpanCheck {
  readonly matches: (span: ReceivedSpan, spans: readonly ReceivedSpan[]) => boolean;
  readonly assert: (span: ReceivedSpan, world: RollcallWorld) => void;
}

/** Finds the check that a step names: a status, a trace, a service or a parent. */
export const parseSpanCheck = (text: string): SpanCheck => {
  const [, error, status] = /^with the (error )?status (\d+)$/.exec(text) ?? [];
  const service = /^from the service "(.*)"$/.exec(text)?.[1];
  const parent = /^as a child of "(.*)"$/.exec(text)?.[1];
  if (parent !== undefined) {
    return {
      matches: ({ parentSpanId: id }, spans) => spans.some(({ name, spanId }) => name === parent && spanId === id),
      assert: () => undefined,
    };
  }
  if (status === undefined) {
    return {
      matches: () => true,
      assert: (span, world) => {
        if (service !== undefined) assert.equal(span.service, service);
        else assert.deepEqual([span.traceId, span.parentSpanId], [world.saved.get('trace'), parentSpanId]);
      },
    };
  }
  return {
    matches: (span) => statusOf(span) === Number(status),
    assert: (span) => {
      if (error === undefined) assert.deepEqual([span.kind, span.status, span.service], [2, 0, 'rollcall']);
      else assert.deepEqual([span.status, span.attributes['error.type']], [2, status]);
    },
  };
};
