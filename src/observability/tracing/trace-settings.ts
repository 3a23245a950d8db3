/** How it is decided which traces are recorded: the words of `OTEL_TRACES_SAMPLER` (OpenTelemetry specification). */
export const samplerTypes = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** One of the words above. */
export type SamplerType = (typeof samplerTypes)[number];

/** Which traces are recorded. */
export interface SamplerSettings {
  readonly type: SamplerType;
  /** The share of traces that the `traceidratio` samplers record, 0 to 1. */
  readonly ratio: number;
}

/** The settings of `telemetry.*`. */
export interface TraceSettings {
  readonly enabled: boolean;
  /** Base URL of the collector; OTLP over HTTP puts `/v1/traces` after it. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly sampler: SamplerSettings;
}
