import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { runChange } from '../request.js';
import { invalidConfig } from '../view.js';

/**
 * DELETE /api/v1/admin/config/overrides: removes all overrides, so the files are active on every instance.
 * @throws {AppError} precondition_failed (If-Match), confirmation_pending; invalid_config if the values of the files cannot be
 * applied
 */
export const deleteConfigOverrides = ({ config }: Services): Handler =>
  async function deleteConfigOverrides(ctx) {
    const { result } = await runChange(ctx, (request) => config.overrides.remove(null, request));
    if (result.outcome === 'refused') throw invalidConfig(result.errors, config.status);
    ctx.status = 204;
  };
