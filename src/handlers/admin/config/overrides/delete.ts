import type { ConfigOverridePath } from '../../../../contract/config-overrides.js';
import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { runChange } from '../request.js';
import { invalidConfig } from '../view.js';

/**
 * DELETE /api/v1/admin/config/overrides/{key}: removes one override, so the files set the value on every instance.
 * @throws {AppError} not_found; precondition_failed (If-Match), confirmation_pending; invalid_config if the value of the files is
 * invalid together with the other overrides
 */
export const deleteConfigOverride = ({ config }: Services): Handler<unknown, unknown, ConfigOverridePath> =>
  async function deleteConfigOverride(ctx) {
    const { result } = await runChange(ctx, (request) => config.overrides.remove(ctx.state.params.key, request));
    if (result.outcome === 'refused') throw invalidConfig(result.errors, config.status);
    ctx.status = 204;
  };
