import { boolean } from './format.js';
import { setting } from './setting.js';

/** `config.*`: changes of the configuration itself. */
export const config = {
  requireReason: setting(boolean, {
    doc: 'Whether PATCH of the configuration and rollbacks need a reason. Without one, they are rejected with 422 validation_failed.',
    class: 'live',
    default: false,
  }),
};
