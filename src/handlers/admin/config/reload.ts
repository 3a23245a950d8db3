import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { changeRequestOf, refusalOf } from './request.js';
import { answer } from './view.js';

/**
 * POST /api/v1/admin/config/reload: reads the files now.
 * @throws {AppError} invalid_config with every fault, nothing has changed then; precondition_failed (If-Match)
 */
export const reloadConfig = ({ config }: Services): Handler =>
  async function reloadConfig(ctx) {
    const request = changeRequestOf(ctx);
    await config.registered();
    try {
      const result = await ctx.state.deadline.pausedDuring(() => config.reload('admin', request));
      answer(ctx, result, config.status);
    } catch (error) {
      throw refusalOf(error);
    }
  };
