import { boolean } from './format.js';
import { openSection, setting } from './setting.js';

/** How a switch may be called: a small letter, then at most 49 letters and digits. */
const nameForm = /^[a-z][A-Za-z0-9]{0,49}$/;

/** Names that every object has, and that no key may have. */
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** Most switches at once: they are listed whole for every client that asks. */
export const maxFeatureFlags = 200;

/** `new-checkout` and `New checkout` are probably meant as `newCheckout`. */
const camelCase = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]+/, (letters) => letters.toLowerCase());

/** `features.*`: switches of the operator's own. */
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
