import type { MailPath } from '../../../contract/admin/mail.js';
import { actorOf, transactionOf, type Handler } from '../../../middleware/context.js';
import { retryMail as retry } from '../../../models/mail/outbox-admin.js';
import type { Services } from '../../../services.js';

/**
 * POST /api/v1/admin/mails/{id}/retry: requeues a dead email, which is then sent at once.
 * @throws {AppError} not_found, mail_state_conflict
 */
export const retryMail = ({ outboxSignal }: Services): Handler<unknown, unknown, MailPath> =>
  async function retryMail(ctx) {
    const { now, params } = ctx.state;
    const { trx, afterCommit } = transactionOf(ctx);
    ctx.body = await retry(trx, actorOf(ctx), params.id, now);
    afterCommit(() => {
      outboxSignal.notify();
    });
  };
