import { AppError } from '../../../errors/app-error.js';
import { callerOf, type Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit-event.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/cache/flush: drops everything that is cached, on every instance.
 * @throws {AppError} cache_disabled while `cache.enabled` is false
 */
export const flushCache = ({ cache, instances, db }: Services): Handler =>
  async function flushCache(ctx) {
    const { settings, now, requestMetadata, deadline } = ctx.state;
    if (!settings.cache.enabled) throw new AppError('cache_disabled');
    const items = await cache.flush();
    const about = { actorId: callerOf(ctx).userId, subjectId: null, details: { items } };
    const invalidation = await db.transaction(async (trx) => {
      await AuditEvent.record(trx, { action: 'cache.flushed', result: 'success', ...about }, requestMetadata);
      return instances.publish(trx, 'cache');
    });
    await deadline.pausedDuring(() => instances.waitForAcks(invalidation));
    ctx.body = { flushed: true, items_flushed: items, timestamp: now.toISOString() };
  };
