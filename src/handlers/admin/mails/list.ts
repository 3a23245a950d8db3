import type { MailQuery } from '../../../contract/admin/mail.js';
import type { Handler } from '../../../middleware/context.js';
import { mailPage } from '../../../models/mail/outbox-admin.js';
import type { Services } from '../../../services.js';

/** GET /api/v1/admin/mails: the outbox, newest first, without the texts of emails. */
export const listMails = ({ db }: Services): Handler<unknown, MailQuery> =>
  async function listMails(ctx) {
    const { query } = ctx.state;
    const { data, nextCursor } = await db.read((connection) => mailPage(connection, query, query));
    ctx.body = { data, next_cursor: nextCursor };
  };
