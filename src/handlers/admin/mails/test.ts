import type { TestMailBody, TestMailResult } from '../../../contract/admin/mail.js';
import { DeliveryError } from '../../../mail/delivery-error.js';
import { Mailer } from '../../../mail/mailer.js';
import { testMail } from '../../../mail/test-mail.js';
import { actorOf, type Handler } from '../../../middleware/context.js';
import { recordTestMail } from '../../../models/mail/outbox-admin.js';
import type { Services } from '../../../services.js';

/** How long the mail server may take, in milliseconds. */
const timeoutMs = 15_000;

/**
 * POST /api/v1/admin/mails/test: sends a test email with the active settings, without the outbox, and reports the
 * result.
 */
export const sendTestMail = ({ db }: Services): Handler<TestMailBody> =>
  async function sendTestMail(ctx) {
    const { body, deadline, now, settings } = ctx.state;
    const mailer = new Mailer(settings);
    const mail = testMail(settings, body.to, now);
    let error: TestMailResult['error'] = null;
    try {
      await deadline.pausedDuring(() => mailer.send(mail, AbortSignal.timeout(timeoutMs)));
    } catch (thrown) {
      if (!(thrown instanceof DeliveryError)) throw thrown;
      error = { reason: thrown.reason, message: thrown.message };
    }
    const transport = settings.mail.transport === 'smtp' ? mailer.description : 'outbox';
    const result: TestMailResult = { accepted: error === null, transport, message_id: mail.messageId, error };
    await recordTestMail(db.knex, actorOf(ctx), {
      ...{ to: body.to, transport: settings.mail.transport },
      ...(error !== null && { reason: error.reason }),
    });
    ctx.body = result;
  };
