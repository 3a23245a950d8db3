import type { NodemailerError } from 'nodemailer';
import { isLoopbackAddress } from '../ip-address.js';
import type { Settings } from '../config/schema/schema.js';
import { DeliveryError, type DeliveryErrorReason } from './delivery-error.js';
import { sanitizeReply } from './sanitize-reply.js';
import type { MailTransport, OutboundMail } from './transport.js';

/** `mail.smtp.*`. */
export type SmtpSettings = Settings['mail']['smtp'];

/** Time limit to connect, in milliseconds. `timeout` is longer, since a server may need it to process an email. */
const connectMs = 10_000;

/** Time limit of a probe, in milliseconds: shorter than the time limit for preparing a reload. */
const probeMs = 1500;

/** Loopback connections need no encryption. */
const isLoopback = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host);

const reasonOfReply = ({ command = '', rejectedErrors, ...error }: NodemailerError): DeliveryErrorReason => {
  const { permanent } = rejectedErrors?.[0] ?? error;
  if (command.startsWith('AUTH')) return 'login_refused';
  if (permanent !== true) return 'deferred';
  if (command === 'RCPT TO') return 'recipient_refused';
  if (command === 'DATA') return 'message_refused';
  return 'sender_refused';
};

const reasonOfCode: Readonly<Record<string, DeliveryErrorReason>> = {
  EABORT: 'interrupted',
  EAUTH: 'login_refused',
  ENOAUTH: 'login_refused',
  ECONNECTION: 'unreachable',
  EDNS: 'unreachable',
  ESOCKET: 'unreachable',
  ETIMEDOUT: 'timeout',
  ETLS: 'tls_failed',
};

/** Codes of Node for a failed certificate check or handshake, which the library reports as socket errors. */
const tlsCode = /CERT|TLS|SSL|VERIFY|ISSUER/;

/** One address, in characters that cannot end a header, a command, or begin another address (RFC 5321, section 4.1.2). */
const oneAddress = /^[^\s<>()[\],;:\\"\p{Cc}\p{Cf}@]{1,64}@[^\s<>()[\],;:\\"\p{Cc}\p{Cf}@]{1,253}$/u;

/**
 * Maps an error of the library. The reply code of the server takes precedence, except for a rejected STARTTLS, which does
 * not concern the email.
 */
const reasonOf = (error: NodemailerError): DeliveryErrorReason => {
  const { responseCode, code = '', originalCode = '' } = error;
  if (responseCode !== undefined && code !== 'ETLS') return reasonOfReply(error);
  return tlsCode.test(originalCode) ? 'tls_failed' : (reasonOfCode[code] ?? 'failed');
};

/** Waits for work with a time limit; resolves to whether the time limit was exceeded. */
const isTooLate = async (limitMs: number, work: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(true);
    }, limitMs);
  });
  try {
    return await Promise.race([work.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Sends mail through an SMTP server (RFC 5321), with one connection per mail, so that a change of the settings does not
 * affect an email that is being sent. Files and URLs are never read into an email.
 */
export const smtpTransport = (
  settings: SmtpSettings & { readonly host: string; readonly name: string },
): MailTransport => {
  const { host, port, name, secure, username, password, timeout, tls } = settings;
  const open = async (silenceMs: number) => {
    // Loaded with the first email, for a faster start.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port,
      name,
      secure,
      // An attacker in the middle could strip STARTTLS from the greeting and obtain the password.
      requireTLS: tls.required || (username !== null && !isLoopback(host)),
      tls: { rejectUnauthorized: tls.rejectUnauthorized, minVersion: 'TLSv1.2' },
      ...(username !== null && password !== null && { auth: { user: username, pass: password } }),
      connectionTimeout: Math.min(silenceMs, connectMs),
      greetingTimeout: Math.min(silenceMs, connectMs),
      dnsTimeout: Math.min(silenceMs, connectMs),
      socketTimeout: silenceMs,
      socketCloseTimeout: 500,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  const description = `smtp://${host}:${String(port)}`;
  const failure = (cause: unknown, recipient: string | null = null): DeliveryError => {
    const error = cause as NodemailerError;
    const reason = reasonOf(error);
    const facts = [error.originalCode ?? error.code, error.responseCode].filter((fact) => fact !== undefined);
    const reply = sanitizeReply((error.rejectedErrors?.[0] ?? error).response, recipient);
    return new DeliveryError(reason, `${description}: ${[reason, ...facts].join(', ')}`, { reply });
  };
  return {
    description,

    async send(mail: OutboundMail, signal: AbortSignal): Promise<void> {
      // The library would parse `a@x, b@y` as two recipients.
      if (!oneAddress.test(mail.to)) throw new DeliveryError('bad_address', `${description}: bad_address`);
      // The socket timeout limits only idle time; this limits the total time.
      const tooLong = AbortSignal.timeout(timeout * 3);
      try {
        const sender = await open(timeout);
        await sender.sendMail({
          from: { ...mail.from },
          to: { name: '', address: mail.to },
          envelope: { from: mail.from.address, to: [mail.to] },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: mail.messageId,
          date: mail.date,
          // Prevents automatic replies (RFC 3834, section 5).
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.any([signal, tooLong]),
        });
      } catch (error) {
        throw tooLong.aborted ? new DeliveryError('timeout', `${description}: timeout`) : failure(error, mail.to);
      }
    },

    async probe(): Promise<void> {
      let isLate = false;
      try {
        // The socket timeout limits only idle time; this limits the total time.
        const prober = await open(Math.min(timeout, probeMs));
        isLate = await isTooLate(probeMs, prober.verify());
      } catch (error) {
        throw failure(error);
      }
      if (isLate) throw new DeliveryError('timeout', `${description}: timeout`);
    },
  };
};
