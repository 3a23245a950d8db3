import { accessSync, constants, existsSync } from 'node:fs';
import { DeliveryError } from '../../mail/delivery-error.js';
import { Mailer } from '../../mail/mailer.js';
import { fail, ok, skipped, systemCode, warn, type Finding, type CheckContext } from './finding.js';

const fixes: Readonly<Partial<Record<DeliveryError['reason'], string>>> = {
  login_refused: 'check mail.smtp.username and mail.smtp.password',
  unreachable: 'check mail.smtp.host and mail.smtp.port, and that the firewall allows the connection',
  timeout: 'check mail.smtp.host and mail.smtp.port, and that the firewall allows the connection',
  tls_failed: 'check mail.smtp.secure, mail.smtp.tls.* and the certificate of the server',
};

/** A missing directory is not an error: the first email creates it. */
const checkFolder = (folder: string, isProduction: boolean): Finding => {
  try {
    if (existsSync(folder)) accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const message = `${folder} cannot be written (${systemCode(error)})`;
    return fail('mail', message, 'make mail.outboxDir writable for the user of the service');
  }
  const message = `mail is written to ${folder} and not delivered`;
  return isProduction ? warn('mail', message, 'set mail.transport to smtp') : ok('mail', message);
};

/** Checks that email can be sent: connects to the SMTP server, negotiates TLS and logs in. Sends no email. */
export const checkMail = async ({ settings, nodeEnv }: CheckContext): Promise<Finding[]> => {
  if (settings === null) return [skipped('mail', 'the configuration is invalid')];
  const { transport, outboxDir } = settings.mail;
  if (transport === 'outbox') return [checkFolder(outboxDir, nodeEnv === 'production')];
  const mailer = new Mailer(settings);
  try {
    await mailer.probe();
    return [ok('mail', `${mailer.description} accepts connections and the login`)];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [fail('mail', error.message, fixes[error.reason])];
  }
};
