import type { Settings } from './settings.js';

/** The switches of `features.*` that this service itself reads, and what each of them does while it is on. */
export const featureFlags = {
  announceGreetV2: 'GET /api/v1/greet links to its successor version in a Link header (RFC 8288, RFC 5829)',
} as const;

/** The name of a switch above: a misspelt one does not compile. */
export type FeatureFlag = keyof typeof featureFlags;

/** Whether a switch is on; one that is not set is off. */
export const isEnabled = ({ features }: Pick<Settings, 'features'>, name: FeatureFlag): boolean =>
  features[name] === true;
