import type { Features } from '../../../../contract/feature.js';
import type { Handler } from '../../../../middleware/context.js';

/** GET /api/v1/users/me/features: lists the flags of `features.*`, from the settings snapshot of the request. */
export const listFeatures = (): Handler =>
  function listFeatures(ctx) {
    ctx.body = ctx.state.settings.features satisfies Features;
  };
