/** Sampler types, named as in `OTEL_TRACES_SAMPLER` (OpenTelemetry specification). */
export const samplerTypes = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** One of the types above. */
export type SamplerType = (typeof samplerTypes)[number];

/** The sampler: selects the traces that are recorded. */
export interface SamplerSettings {
  readonly type: SamplerType;
  /** The ratio of traces that the `traceidratio` samplers record, 0 to 1. */
  readonly ratio: number;
}

/** The settings of `telemetry.*`. */
export interface TraceSettings {
  readonly enabled: boolean;
  /** Base URL of the collector; OTLP over HTTP appends `/v1/traces`. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly sampler: SamplerSettings;
}
