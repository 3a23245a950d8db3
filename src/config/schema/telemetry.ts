import { samplerTypes } from '../../observability/tracing/trace-settings.js';
import { httpUrl } from './address.js';
import { boolean, decimal, oneOf, text } from './format.js';
import { setting } from './setting.js';

/** `telemetry.*`: traces, sent to an OpenTelemetry collector. */
export const telemetry = {
  enabled: setting(boolean, {
    doc: 'Whether requests are traced and traces are sent to a collector.',
    class: 'live',
    default: false,
  }),
  endpoint: setting(httpUrl, {
    doc: 'Base URL of the collector. Traces are sent to /v1/traces below it, as OTLP over HTTP in JSON.',
    class: 'drain',
    default: 'http://127.0.0.1:4318',
  }),
  serviceName: setting(text(1, 100), {
    doc: 'Name of this service in traces (service.name).',
    class: 'live',
    default: 'rollcall',
  }),
  sampler: {
    type: setting(oneOf(samplerTypes), {
      doc: 'Which traces are recorded. Samplers that start with parentbased follow the decision of the caller, if there is one.',
      class: 'live',
      default: 'parentbased_traceidratio',
    }),
    ratio: setting(decimal(0, 1), {
      doc: 'Fraction of traces that the traceidratio samplers record.',
      unit: 'fraction',
      class: 'live',
      default: 1,
    }),
  },
};
