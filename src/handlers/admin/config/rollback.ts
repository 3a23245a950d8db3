import type { ConfigRollbackBody } from '../../../contract/config.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { requireReason, runChange } from './request.js';
import { sendReloadResult } from './view.js';

/**
 * POST /api/v1/admin/config/rollback: overrides the files with the values of an earlier revision, on every instance, until
 * the overrides are removed.
 * @throws {AppError} not_found, confirmation_pending; invalid_config, and nothing changes; precondition_failed (If-Match)
 */
export const rollBackConfig = ({ config }: Services): Handler<ConfigRollbackBody> =>
  async function rollBackConfig(ctx) {
    const { revision, reason } = ctx.state.body;
    requireReason(ctx, reason);
    const { result } = await runChange(ctx, (request) => config.overrides.rollBack(revision, reason ?? null, request));
    sendReloadResult(ctx, result, config.status);
  };
