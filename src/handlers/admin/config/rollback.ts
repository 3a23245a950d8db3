import type { ConfigRollbackBody } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import { newId } from '../../../models/base-model.js';
import type { Services } from '../../../services.js';
import { changeRequestOf, toAppError } from './request.js';
import { sendReloadResult } from './view.js';

/**
 * POST /api/v1/admin/config/rollback: overrides the files with the values of an earlier revision, on every instance,
 * until the files change.
 * @throws {AppError} not_found; invalid_config, and nothing changes; precondition_failed (If-Match)
 */
export const rollBackConfig = ({ config }: Services): Handler<ConfigRollbackBody> =>
  async function rollBackConfig(ctx) {
    const { body, deadline } = ctx.state;
    const { revision, ...details } = body;
    const request = changeRequestOf(ctx, details);
    await config.ensureNumbered();
    try {
      const result = await deadline.pausedDuring(() => config.rollBack(revision, newId(), request));
      sendReloadResult(ctx, result, config.status);
    } catch (error) {
      throw toAppError(error);
    }
  };
