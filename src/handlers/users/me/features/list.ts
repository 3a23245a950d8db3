import type { Features } from '../../../../contract/feature.js';
import type { Handler } from '../../../../middleware/context.js';

/** GET /api/v1/users/me/features: the switches of `features.*`, as they stood when the request began. */
export const listFeatures = (): Handler =>
  function listFeatures(ctx) {
    ctx.body = ctx.state.settings.features satisfies Features;
  };
