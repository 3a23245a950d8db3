import type { ListQuery } from '../../../../contract/list.js';
import type { Handler } from '../../../../middleware/context.js';
import { pageOfRows } from '../../../../models/page.js';
import type { Services } from '../../../../services.js';
import { publicScheduled } from '../override-view.js';

/**
 * GET /api/v1/admin/config/scheduled: lists the changes that will be applied at a later time, newest first.
 * @throws {AppError} validation_failed for an invalid cursor
 */
export const listScheduledConfigChanges = ({ config }: Services): Handler<unknown, ListQuery> =>
  async function listScheduledConfigChanges(ctx) {
    await config.ensureNumbered();
    const { scheduled } = config.status.overrides;
    const entries = scheduled.map((row) => ({ row, since: row.since, name: row.id }));
    const { rows, nextCursor } = pageOfRows('config_scheduled_changes', entries, ctx.state.query);
    ctx.body = { data: rows.map(({ row }) => publicScheduled(row)), next_cursor: nextCursor };
  };
