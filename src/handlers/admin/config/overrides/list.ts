import type { ListQuery } from '../../../../contract/list.js';
import type { Handler } from '../../../../middleware/context.js';
import { pageOfRows } from '../../../../models/page.js';
import type { Services } from '../../../../services.js';
import { publicOverride } from '../override-view.js';

/**
 * GET /api/v1/admin/config/overrides: lists the overrides, newest first.
 * @throws {AppError} validation_failed for an invalid cursor
 */
export const listConfigOverrides = ({ config }: Services): Handler<unknown, ListQuery> =>
  async function listConfigOverrides(ctx) {
    await config.ensureNumbered();
    const { overrides } = config.status.overrides;
    const entries = overrides.map((row) => ({ row, since: row.since, name: row.key }));
    const { rows, nextCursor } = pageOfRows('config_overrides', entries, ctx.state.query);
    ctx.body = { data: rows.map(({ row }) => publicOverride(row)), next_cursor: nextCursor };
  };
