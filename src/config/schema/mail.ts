import { host, hostName } from './address.js';
import { boolean, integer, oneOf, optional, text } from './format.js';
import { mailTemplate, type MailKind, type MailPart } from './mail-template.js';
import { mailbox } from './mailbox.js';
import { duration } from './quantity.js';
import { setting } from './setting.js';

const template = (kind: MailKind, part: MailPart, example: string) =>
  setting(optional(mailTemplate(kind, part)), {
    doc: `The ${part} of this mail, usually kept in the file templates/${kind}.${part} of this directory. Without it, a built-in one.`,
    class: 'live',
    default: null,
    example,
    brief: (value) => (value === null ? null : `${String(value.length)} characters of its own`),
  });

const templates = (kind: MailKind, subject: string, line: string) => ({
  subject: template(kind, 'subject', `"${subject}"`),
  text: template(kind, 'text', `"${line}"`),
  html: template(kind, 'html', `"<p>${line}</p>"`),
});

/** `mail.*`: how mail leaves the service. */
export const mail = {
  transport: setting(oneOf(['outbox', 'smtp']), {
    doc: 'Where mail goes: outbox writes each mail as a JSON file, for development; smtp hands it to a server.',
    class: 'drain',
    default: 'outbox',
  }),
  outboxDir: setting(optional(text(1, 4096)), {
    doc: 'Folder of the outbox transport. The mails in it hold secrets: links that log in.',
    class: 'drain',
    default: null,
    defaultText: 'outbox in the data folder',
    example: '/var/lib/rollcall/outbox',
  }),
  from: setting(mailbox, {
    doc: 'Sender of every mail.',
    class: 'live',
    default: 'Rollcall <no-reply@localhost>',
  }),
  maxAttempts: setting(integer(1, 100), {
    doc: 'Attempts to hand a mail over, at growing distances, before it is given up and kept as dead.',
    unit: 'attempts',
    class: 'live',
    default: 8,
  }),
  pollInterval: setting(duration('100ms', '1h'), {
    doc: 'Between two looks for mail that another instance left, or whose next attempt is due. New mail goes at once.',
    class: 'live',
    default: '1s',
  }),
  smtp: {
    host: setting(optional(host), {
      doc: 'Server that takes the mail; smtp needs it.',
      class: 'drain',
      default: null,
      example: 'smtp.example.org',
    }),
    port: setting(integer(1, 65_535), {
      doc: 'Port of that server: 587 for submission, 465 with secure (RFC 8314), 25 for a relay.',
      class: 'drain',
      default: 587,
    }),
    secure: setting(boolean, {
      doc: 'Whether TLS is spoken from the first byte. Otherwise STARTTLS is used where the server offers it.',
      class: 'drain',
      default: false,
    }),
    name: setting(optional(hostName), {
      doc: 'Name of this client in the greeting EHLO (RFC 5321, section 4.1.1.1).',
      class: 'drain',
      default: null,
      defaultText: 'the host name when it has a dot, else the domain of server.publicUrl or mail.from',
      example: 'rollcall.example.org',
    }),
    username: setting(optional(text(1, 255)), {
      doc: 'Name to log in with. A password is only sent over TLS, or to this machine.',
      class: 'drain',
      default: null,
      withSecret: true,
      example: 'rollcall',
    }),
    password: setting(optional(text(1, 1024)), {
      doc: 'Password to log in with.',
      class: 'drain',
      default: null,
      secret: true,
      example: 'better given as ROLLCALL_MAIL_SMTP_PASSWORD_FILE',
    }),
    timeout: setting(duration('1s', '10m'), {
      doc: 'Silence after which the server counts as gone. Too short, and a mail that it took slowly is sent again (RFC 5321, section 4.5.3.2.6).',
      class: 'drain',
      default: '2m',
    }),
    tls: {
      required: setting(boolean, {
        doc: 'Whether mail is only handed over encrypted; otherwise a server without STARTTLS gets it in the clear.',
        class: 'drain',
        default: false,
      }),
      rejectUnauthorized: setting(boolean, {
        doc: 'Whether the certificate of the server is checked. Without it, anybody in between can read the mail.',
        class: 'drain',
        default: true,
      }),
    },
  },
  templates: {
    emailVerification: templates(
      'email_verification',
      'Confirm your address',
      'Hello {{username}}, is {{address}} yours? {{link}} works for {{expires_in}}.',
    ),
    passwordReset: templates(
      'password_reset',
      'Choose a new password',
      'Hello {{username}}, follow {{link}} within {{expires_in}}.',
    ),
    magicLink: templates('magic_link', 'Your login link', 'Log in: {{link}} (works once, for {{expires_in}})'),
    inactiveWarning: templates(
      'inactive_warning',
      'Your account will be deleted',
      'Hello {{username}}, log in before {{deadline}} to keep your account: {{link}}',
    ),
    emailChangeRequested: templates(
      'email_change_requested',
      'A new e-mail address was entered',
      'Hello {{username}}, your account is to get another e-mail address. If it was not you: {{link}}',
    ),
    emailChanged: templates(
      'email_changed',
      'Your e-mail address was changed',
      'Hello {{username}}, {{address}} no longer belongs to your account. If it was not you: {{link}}',
    ),
    passwordChanged: templates(
      'password_changed',
      'Your password was changed',
      'Hello {{username}}, your password was changed. If it was not you: {{link}}',
    ),
    accountClaimed: templates(
      'account_claimed',
      'Earlier access to your account was removed',
      'Hello {{username}}, the earlier password and sessions of your account were removed: {{link}}',
    ),
  },
};
