import type { ListQuery } from '../../../../contract/list.js';
import type { Handler } from '../../../../middleware/context.js';
import { ConfigRevision } from '../../../../models/config/config-revision.js';
import type { Services } from '../../../../services.js';

/** GET /api/v1/admin/config/revisions: lists the revisions, newest first. */
export const listConfigRevisions = ({ config, db }: Services): Handler<unknown, ListQuery> =>
  async function listConfigRevisions(ctx) {
    await config.ensureNumbered();
    const { rows, nextCursor } = await db.read((reader) => ConfigRevision.page(reader, ctx.state.query));
    ctx.body = { data: rows.map((row) => row.toEntry()), next_cursor: nextCursor };
  };
