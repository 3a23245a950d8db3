import { boolean } from './format.js';
import { openSection, setting } from './setting.js';

/** The flags of `features.*` that the service itself uses, and their effect. */
export const featureFlags = {
  announceGreetV2: 'GET /api/v1/greet links to its successor version in a Link header (RFC 8288, RFC 5829)',
} as const;

/** The name of such a flag. */
export type FeatureFlag = keyof typeof featureFlags;

/** Whether a flag is enabled; a flag that is not set is not. */
export const isEnabled = (
  { features }: { readonly features: Readonly<Record<string, boolean>> },
  name: FeatureFlag,
): boolean => features[name] === true;

/** Names of flags: a lowercase letter, then at most 49 letters and digits. */
const nameForm = /^[a-z][A-Za-z0-9]{0,49}$/;

/** Names that every object has. */
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** Maximum number of flags. Clients always get all of them. */
export const maxFeatureFlags = 200;

/** Suggests `newCheckout` for `new-checkout` and `New checkout`. */
const camelCase = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]+/, (letters) => letters.toLowerCase());

/** `features.*`: flags that operators define. */
export const features = openSection({
  entry: setting(boolean, {
    doc: 'A feature flag for your own clients. A flag that is not set is off and not listed.',
    class: 'live',
    default: false,
  }),
  isName: (name) => nameForm.test(name) && !reserved.has(name),
  expects: 'the name of a flag must start with a lowercase letter and contain at most 50 letters and digits',
  correct: camelCase,
  example: 'newCheckout',
});
