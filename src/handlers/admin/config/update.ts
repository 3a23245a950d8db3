import type { OverrideChange } from '../../../config/override-state.js';
import type { ConfigPatch, ConfigPatchBody, ConfigPatchScheduled } from '../../../contract/config-overrides.js';
import { parseDuration } from '../../../contract/duration.js';
import { AppError } from '../../../errors/app-error.js';
import type { Handler } from '../../../middleware/context.js';
import { newId } from '../../../models/base-model.js';
import type { Services } from '../../../services.js';
import { requireReason, runChange } from './request.js';
import { etagOf, invalidConfig, onePerKey } from './view.js';

const changeOf = ({
  changes,
  reason,
  confirm_within: confirmWithin,
  expires_in: expiresIn,
  guard,
}: ConfigPatchBody): OverrideChange => ({
  changes,
  reason: reason ?? null,
  confirmWithinMs: confirmWithin === undefined ? null : parseDuration(confirmWithin),
  expiresInMs: expiresIn === undefined ? null : parseDuration(expiresIn),
  maxErrorRatio: guard?.max_error_ratio ?? null,
});

const requireFuture = (at: Date, now: Date): void => {
  if (at > now) return;
  throw new AppError('validation_failed', {
    errors: [{ path: '/at', code: 'in_the_past', message: 'must be in the future' }],
  });
};

/**
 * PATCH /api/v1/admin/config: overrides settings on every instance, now or at a later time.
 * @throws {AppError} validation_failed, precondition_required, precondition_failed, confirmation_pending; invalid_config with one
 * error for each invalid key; nothing has changed then
 */
export const updateConfig = ({ config }: Services): Handler<ConfigPatchBody> =>
  async function updateConfig(ctx) {
    const { body } = ctx.state;
    const { at } = body;
    requireReason(ctx, body.reason);
    if (at !== undefined) requireFuture(at, config.overrides.now());
    if (ctx.get('If-Match') === '') throw new AppError('precondition_required');
    const [change, id] = [changeOf(body), newId()];
    const { result, overrides } = await runChange(ctx, (request) =>
      at === undefined ? config.overrides.set(change, request) : config.overrides.schedule(id, at, change, request),
    );
    if (result.outcome === 'refused') throw invalidConfig(onePerKey(result.errors), config.status);
    if (config.status.overrides.version === overrides.version) ctx.set('ETag', etagOf(config.status));
    if (at !== undefined) {
      ctx.status = 202;
      ctx.body = { scheduled: { id, at: at.toISOString() } } satisfies ConfigPatchScheduled;
      return;
    }
    const isApplied = result.outcome === 'applied';
    const { pending } = overrides;
    const own = overrides.overrides.find(({ key }) => Object.hasOwn(change.changes, key));
    ctx.body = {
      outcome: isApplied ? 'applied' : 'unchanged',
      revision: result.revision,
      changed: [...result.changed],
      pending_confirmation:
        isApplied && pending ? { confirm_by: pending.confirmBy.toISOString(), revision: pending.revision } : null,
      expires_at: (isApplied ? own?.expiresAt?.toISOString() : undefined) ?? null,
    } satisfies ConfigPatch;
  };
