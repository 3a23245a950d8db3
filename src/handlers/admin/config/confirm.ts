import type { ConfigConfirmation, ConfigConfirmationBody } from '../../../contract/config-overrides.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { runChange } from './request.js';

/**
 * POST /api/v1/admin/config/confirm: keeps a change that would be reverted otherwise.
 * @throws {AppError} nothing_to_confirm; precondition_failed (If-Match)
 */
export const confirmConfigChange = ({ config }: Services): Handler<ConfigConfirmationBody> =>
  async function confirmConfigChange(ctx) {
    const { revision } = ctx.state.body;
    const { result } = await runChange(ctx, (request) => config.overrides.confirm(revision, request));
    ctx.body = {
      outcome: 'confirmed',
      revision: result.revision,
      changed: [...result.changed],
    } satisfies ConfigConfirmation;
  };
