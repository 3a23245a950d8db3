import type { ScheduledConfigChangePath } from '../../../../contract/config-overrides.js';
import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { runChange } from '../request.js';

/**
 * DELETE /api/v1/admin/config/scheduled/{id}: cancels a change that was to be applied at a later time.
 * @throws {AppError} not_found; precondition_failed (If-Match)
 */
export const cancelScheduledConfigChange = ({
  config,
}: Services): Handler<unknown, unknown, ScheduledConfigChangePath> =>
  async function cancelScheduledConfigChange(ctx) {
    await runChange(ctx, (request) => config.overrides.cancel(ctx.state.params.id, request));
    ctx.status = 204;
  };
