import type { AuditEventQuery } from '../../../contract/audit-event.js';
import type { Handler } from '../../../middleware/context.js';
import { AuditEvent } from '../../../models/audit/audit-event.js';
import type { Services } from '../../../services.js';

/** GET /api/v1/admin/audit-events: lists the audit log, newest first, with filters. */
export const listAuditEvents = ({ db }: Services): Handler<unknown, AuditEventQuery> =>
  async function listAuditEvents(ctx) {
    const { query } = ctx.state;
    const page = await db.read((connection) => AuditEvent.page(connection, query, query));
    ctx.body = { data: page.rows.map((event) => event.toPublic()), next_cursor: page.nextCursor };
  };
