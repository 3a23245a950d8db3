import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { changeRequestOf, toAppError } from './request.js';
import { sendReloadResult } from './view.js';

/**
 * POST /api/v1/admin/config/reload: reloads the files.
 * @throws {AppError} invalid_config with every error, and nothing changes; precondition_failed (If-Match)
 */
export const reloadConfig = ({ config }: Services): Handler =>
  async function reloadConfig(ctx) {
    const request = changeRequestOf(ctx);
    await config.ensureNumbered();
    try {
      const result = await ctx.state.deadline.pausedDuring(() => config.reload('admin', request));
      sendReloadResult(ctx, result, config.status);
    } catch (error) {
      throw toAppError(error);
    }
  };
