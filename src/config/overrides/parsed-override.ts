/** The layers of overrides, as sources of settings. */
export const overrideSources = ['rollback', 'override'] as const;

/** A valid override. */
export interface ParsedOverride {
  readonly key: string;
  /** Undefined for the default. */
  readonly value: unknown;
  readonly source: (typeof overrideSources)[number];
}
