import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { runChange } from './request.js';
import { sendReloadResult } from './view.js';

/**
 * POST /api/v1/admin/config/reload: reloads the files.
 * @throws {AppError} invalid_config with every error, and nothing changes; precondition_failed (If-Match)
 */
export const reloadConfig = ({ config }: Services): Handler =>
  async function reloadConfig(ctx) {
    await config.ensureNumbered();
    const result = await runChange(ctx, (request) => config.reload('admin', request));
    sendReloadResult(ctx, result, config.status);
  };
