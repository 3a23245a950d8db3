import type { MailPath } from '../../../contract/admin/mail.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { dropMail as drop } from '../../../models/mail/outbox-admin.js';

/**
 * DELETE /api/v1/admin/mails/{id}: drops a queued or dead email. It stays in the outbox as dropped, without its
 * address.
 * @throws {AppError} not_found, mail_state_conflict
 */
export const dropMail = (): Handler<unknown, unknown, MailPath> =>
  async function dropMail(ctx) {
    await drop(transactionOf(ctx).trx, actorOf(ctx), ctx.state.params.id);
    ctx.status = 204;
  };
