import { AppError } from '../../../errors/app-error.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit/audit-event.js';
import type { Services } from '../../../services.js';

/** Every 503 says when to try again; an operator has to enable the cache first. */
const retryAfterSeconds = 60;

/**
 * POST /api/v1/admin/cache/flush: clears all caches, on every instance.
 * @throws {AppError} cache_disabled while `cache.enabled` is false
 */
export const flushCache = ({ cache, instances }: Services): Handler =>
  async function flushCache(ctx) {
    const { settings, now, deadline } = ctx.state;
    if (!settings.cache.enabled) throw new AppError('cache_disabled', { retryAfterSeconds });
    const { trx, afterCommit } = transactionOf(ctx);
    const items = await cache.flush();
    await AuditEvent.record(trx, 'cache.flushed', actorOf(ctx), { details: { items } });
    const invalidation = await instances.publish(trx, 'cache');
    afterCommit(() => deadline.pausedDuring(() => instances.waitForAcks(invalidation)));
    ctx.body = { flushed: true, items_flushed: items, timestamp: now.toISOString() };
  };
