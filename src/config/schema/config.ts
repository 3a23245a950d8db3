import { boolean } from './format.js';
import { setting } from './setting.js';

/** `config.*`: changes of the configuration itself. */
export const config = {
  requireReason: setting(boolean, {
    doc: 'Whether PATCH of the configuration and rollbacks need a reason. One without is then rejected with 422 validation_failed.',
    class: 'live',
    default: false,
  }),
};
