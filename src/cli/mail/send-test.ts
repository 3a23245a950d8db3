import { Email } from '../../contract/user.js';
import { DeliveryError } from '../../mail/delivery-error.js';
import { Mailer } from '../../mail/mailer.js';
import { testMail } from '../../mail/test-mail.js';
import { recordTestMail, type TestMail } from '../../models/mail/outbox-admin.js';
import type { Settings } from '../../config/schema/schema.js';
import { bootstrap } from '../../server/startup/bootstrap.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { commandLog } from '../log.js';
import { cliActor } from '../actor.js';
import { writeNote } from '../config/config-view.js';
import { useDatabase } from '../config/query-database.js';
import { writeData, type OutputOptions } from '../output.js';

const addressOf = (address: string): string => {
  const parsed = Email.safeParse(address);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues[0]?.message ?? 'is invalid';
  throw new CommandError(`the address ${reason}`, undefined, { code: 'usage' });
};

/** Records a test email in the audit log. @returns null, or why it could not be recorded */
const audit = async (environment: ProcessEnvironment, settings: Settings, mail: TestMail): Promise<string | null> => {
  const recorded = await useDatabase(environment, settings, (db) =>
    recordTestMail(db.knex, cliActor(environment), mail),
  );
  return recorded.ok ? null : recorded.reason;
};

/**
 * `rollcall mail send-test <address>`: sends an email with the settings of this configuration, directly rather than
 * through the outbox, and reports whether the mail server accepted it. Without the database, the email is sent, but not
 * recorded in the audit log.
 * @throws {CommandError} for an invalid address, or with the reason if the email cannot be sent
 */
export const sendTestMail = async (
  environment: ProcessEnvironment,
  address: string,
  { json }: OutputOptions,
): Promise<number> => {
  const to = addressOf(address);
  const { config, clock } = bootstrap(environment, commandLog(environment), 'optional');
  const controller = new AbortController();
  const release = environment.onSignal('SIGINT', () => {
    controller.abort();
  });
  try {
    const settings = config.current;
    const { transport } = settings.mail;
    const mailer = new Mailer(settings);
    const mail = testMail(settings, to, clock.now());
    try {
      await mailer.send(mail, controller.signal);
    } catch (error) {
      if (error instanceof DeliveryError) await audit(environment, settings, { to, transport, reason: error.reason });
      throw error;
    }
    const unrecorded = await audit(environment, settings, { to, transport });
    if (unrecorded !== null) writeNote(environment, `not recorded in the audit log: ${unrecorded}`);
    const isDelivered = transport === 'smtp';
    const result = { to, transport: mailer.description, message_id: mail.messageId, delivered: isDelivered };
    if (json === true) writeData(environment, result);
    else if (isDelivered) environment.stdout.write(`test email to ${to} accepted by ${mailer.description}\n`);
    else {
      environment.stdout.write(`test email to ${to} written to ${mailer.description} (mail.transport is not smtp)\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const { reason, message } = error;
    throw new CommandError(`cannot send mail: ${message}`, undefined, {
      code: 'mail_failed',
      details: { reason },
    });
  } finally {
    release();
    await config.close();
  }
};
