import { boolean, duration, integer, oneOf, optional, text } from './format.js';
import { type MailKind, type MailPart, mailTemplate } from './mail-template.js';
import { host, hostName, mailbox } from './network-formats.js';
import { setting } from './setting.js';

const template = (kind: MailKind, part: MailPart, example: string) =>
  setting(optional(mailTemplate(kind, part)), {
    doc: `The ${part === 'html' ? 'HTML' : part} of this email. It is usually kept in the file templates/${kind}.${part} of the configuration directory. Without it, the built-in template is used.`,
    class: 'live',
    default: null,
    example,
    summarize: (value) => (value === null ? null : `custom template of ${String(value.length)} characters`),
  });

const templates = (kind: MailKind, subject: string, line: string) => ({
  subject: template(kind, 'subject', `"${subject}"`),
  text: template(kind, 'text', `"${line}"`),
  html: template(kind, 'html', `"<p>${line}</p>"`),
});

/** The settings that decide who receives the password. */
const filesOnly = { whileSet: 'mail.smtp.password' } as const;

/** `mail.*`: how mail is sent. */
export const mail = {
  transport: setting(oneOf(['outbox', 'smtp']), {
    doc: 'How mail is sent: outbox writes each email to a JSON file, for development; smtp sends it through an SMTP server.',
    class: 'drain',
    default: 'outbox',
  }),
  outboxDir: setting(optional(text(1, 4096)), {
    doc: 'Directory of the outbox transport. Its files contain secrets, such as login links.',
    class: 'drain',
    filesOnly: true,
    default: null,
    defaultText: 'outbox in the data directory',
    example: '/var/lib/rollcall/outbox',
  }),
  from: setting(mailbox, {
    doc: 'Sender of all mail.',
    class: 'live',
    default: 'Rollcall <no-reply@localhost>',
  }),
  maxAttempts: setting(integer(1, 100), {
    doc: 'Maximum number of attempts to send an email, at increasing intervals. After the last one the email is kept as dead.',
    unit: 'attempts',
    class: 'live',
    default: 8,
  }),
  pollInterval: setting(duration('100ms', '1h'), {
    doc: 'Interval at which the queue is checked for mail of other instances and for mail whose next attempt is due. New mail is sent immediately.',
    class: 'live',
    default: '1s',
  }),
  smtp: {
    host: setting(optional(host), {
      doc: 'Host of the SMTP server. Required when mail.transport is smtp.',
      class: 'drain',
      filesOnly,
      default: null,
      example: 'smtp.example.org',
    }),
    port: setting(integer(1, 65_535), {
      doc: 'Port of the SMTP server: 587 for submission, 465 with mail.smtp.secure (RFC 8314), 25 for a relay.',
      class: 'drain',
      filesOnly,
      default: 587,
    }),
    secure: setting(boolean, {
      doc: 'Whether the connection uses TLS from the start. Otherwise STARTTLS is used if the server supports it.',
      class: 'drain',
      filesOnly,
      default: false,
    }),
    name: setting(optional(hostName), {
      doc: 'Host name that the service sends in EHLO (RFC 5321, section 4.1.1.1).',
      class: 'drain',
      default: null,
      defaultText: 'the host name if it contains a dot, otherwise the domain of server.publicUrl or mail.from',
      example: 'rollcall.example.org',
    }),
    username: setting(optional(text(1, 255)), {
      doc: 'Username for the SMTP server. The password is sent only over TLS or to the local host.',
      class: 'drain',
      filesOnly,
      default: null,
      withSecret: true,
      example: 'rollcall',
    }),
    password: setting(optional(text(1, 1024)), {
      doc: 'Password for the SMTP server.',
      class: 'drain',
      default: null,
      secret: true,
      example: 'use ROLLCALL_MAIL_SMTP_PASSWORD_FILE instead',
    }),
    timeout: setting(duration('1s', '10m'), {
      doc: 'Time without a response after which the connection fails. If it is too short, an email that the server accepts slowly is sent twice (RFC 5321, section 4.5.3.2.6).',
      class: 'drain',
      default: '2m',
    }),
    tls: {
      required: setting(boolean, {
        doc: 'Whether mail is sent only over TLS. Otherwise it is sent unencrypted to a server without STARTTLS.',
        class: 'drain',
        filesOnly,
        default: false,
      }),
      rejectUnauthorized: setting(boolean, {
        doc: 'Whether the certificate of the server is verified. Without verification, mail can be intercepted.',
        class: 'drain',
        filesOnly,
        default: true,
      }),
    },
  },
  templates: {
    emailVerification: templates(
      'email_verification',
      'Confirm your address',
      'Hello {{username}}, please confirm {{address}}: {{link}} (valid for {{expires_in}})',
    ),
    passwordReset: templates(
      'password_reset',
      'Choose a new password',
      'Hello {{username}}, choose a new password: {{link}} (valid for {{expires_in}})',
    ),
    magicLink: templates('magic_link', 'Your login link', 'Log in: {{link}} (valid once, for {{expires_in}})'),
    inactiveWarning: templates(
      'inactive_warning',
      'Your account will be deleted',
      'Hello {{username}}, log in before {{deadline}} to keep your account: {{link}}',
    ),
    emailChangeRequested: templates(
      'email_change_requested',
      'Request to change your email address',
      'Hello {{username}}, someone asked to change the email address of your account. If it was not you: {{link}}',
    ),
    emailChanged: templates(
      'email_changed',
      'Your email address was changed',
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
