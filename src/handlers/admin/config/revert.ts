import type { ConfigConfirmation, ConfigConfirmationBody } from '../../../contract/config-overrides.js';
import type { Handler } from '../../../middleware/context.js';
import type { Services } from '../../../services.js';
import { runChange } from './request.js';
import { invalidConfig } from './view.js';

/**
 * POST /api/v1/admin/config/revert: reverts a change that is waiting for confirmation, on every instance.
 * @throws {AppError} nothing_to_confirm; precondition_failed (If-Match); invalid_config if a server of the earlier values
 * cannot be reached
 */
export const revertConfigChange = ({ config }: Services): Handler<ConfigConfirmationBody> =>
  async function revertConfigChange(ctx) {
    const { revision } = ctx.state.body;
    const { result } = await runChange(ctx, (request) => config.overrides.revert(revision, request));
    if (result.outcome === 'refused') throw invalidConfig(result.errors, config.status);
    ctx.body = {
      outcome: 'reverted',
      revision: result.revision,
      changed: [...result.changed],
    } satisfies ConfigConfirmation;
  };
