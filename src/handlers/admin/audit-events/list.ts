import type { AuditEventQuery } from '../../../contract/audit-event.js';
import type { Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit/audit-event.js';
import { exportAuditEvents, exportName, exportTypes, type ExportType } from '../../../responses/audit-export.js';
import type { Services } from '../../../services.js';

/**
 * GET /api/v1/admin/audit-events: lists the audit log, newest first, with filters; as a download of all matching events for
 * clients that prefer CSV or NDJSON.
 */
export const listAuditEvents = ({ db }: Services): Handler<unknown, AuditEventQuery> =>
  async function listAuditEvents(ctx) {
    const { now, query } = ctx.state;
    ctx.vary('Accept');
    const type = exportTypes.find((known) => ctx.accepts('application/json', ...exportTypes) === known);
    if (type !== undefined) {
      ctx.attachment(exportName(type, now));
      ctx.type = contentTypeOf(type);
      ctx.body = exportAuditEvents({ db }, query, type);
      return;
    }
    const page = await db.read((connection) => AuditEvent.page(connection, query, query));
    ctx.body = { data: page.rows.map((event) => event.toPublic()), next_cursor: page.nextCursor };
  };

const contentTypeOf = (type: ExportType): string => `${type}; charset=utf-8`;
