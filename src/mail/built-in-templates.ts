import type { MailKind, MailPart } from '../config/schema/mail-template.js';

/** The texts that differ between kinds of mail. */
interface Wording {
  readonly subject: string;
  readonly greeting: string;
  readonly lines: readonly string[];
  /** The text above the link, and of the button in HTML. */
  readonly action: string;
  readonly closing: string;
}

const textOf = ({ greeting, lines, action, closing }: Wording): string =>
  [greeting, '', ...lines, '', `${action}:`, '{{link}}', '', closing, ''].join('\n');

const paragraph = (content: string): string => `    <p>${content}</p>`;

const htmlOf = ({ subject, greeting, lines, action, closing }: Wording): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '  <head>',
    '    <meta charset="utf-8">',
    `    <title>${subject}</title>`,
    '  </head>',
    '  <body style="font-family: sans-serif; line-height: 1.5; color: #1a1a1a; background: #ffffff; max-width: 36em">',
    paragraph(greeting),
    ...lines.map(paragraph),
    paragraph(
      `<a href="{{link}}" style="display: inline-block; padding: 0.6em 1.2em; color: #ffffff; background: #1f4fa3">${action}</a>`,
    ),
    paragraph('Or copy this link into your browser:<br>{{link}}'),
    paragraph(closing),
    '  </body>',
    '</html>',
    '',
  ].join('\n');

const wordings: Readonly<Record<MailKind, Wording>> = {
  email_verification: {
    subject: 'Confirm your email address',
    greeting: 'Hello {{username}},',
    lines: ['Please confirm that {{address}} is your email address.'],
    action: 'Confirm email address',
    closing:
      'The link can be used once and expires in {{expires_in}}. If you did not request this, you can ignore this email.',
  },
  password_reset: {
    subject: 'Choose a new password',
    greeting: 'Hello {{username}},',
    lines: ['Someone, probably you, asked to reset the password of your account.'],
    action: 'Choose a new password',
    closing:
      'The link can be used once and expires in {{expires_in}}. If this was not you, ignore this email; your password has not changed.',
  },
  magic_link: {
    subject: 'Your login link',
    greeting: 'Hello,',
    lines: ['Someone, probably you, asked for a link to log in with {{address}}.'],
    action: 'Log in',
    closing:
      'The link can be used once and expires in {{expires_in}}. If this was not you, ignore this email and do not forward it.',
  },
  inactive_warning: {
    subject: 'Your account will be deleted',
    greeting: 'Hello {{username}},',
    lines: ['You have not used your account for a long time. It will be deleted on {{deadline}}.'],
    action: 'To keep your account, log in before then',
    closing: 'If you no longer need the account, you do not have to do anything.',
  },
  email_change_requested: {
    subject: 'Request to change your email address',
    greeting: 'Hello {{username}},',
    lines: [
      'Someone who is logged in to your account asked to change its email address. The new address replaces {{address}} once it has been confirmed.',
    ],
    action: 'Open the service',
    closing: 'If this was not you, change your password now. This also cancels the change.',
  },
  email_changed: {
    subject: 'Your email address was changed',
    greeting: 'Hello {{username}},',
    lines: ['{{address}} is no longer the email address of your account.'],
    action: 'Open the service',
    closing: 'If this was not you, contact the operator of this service.',
  },
  password_changed: {
    subject: 'Your password was changed',
    greeting: 'Hello {{username}},',
    lines: ['The password of your account was changed, and all other sessions were logged out.'],
    action: 'Open the service',
    closing: 'If this was not you, reset your password now.',
  },
  account_claimed: {
    subject: 'Earlier access to your account was removed',
    greeting: 'Hello {{username}},',
    lines: [
      'You used a link that was sent to {{address}}. This address had been confirmed by someone who was not logged in, ' +
        'so another person may have created the account.',
      'For your security, the previous password, all other sessions and any pending change of the email address were removed.',
    ],
    action: 'Open the service',
    closing: 'If your password no longer works, reset it.',
  },
};

/** The templates of a kind for which the operator has not configured any. */
export const builtInTemplates = (kind: MailKind): Readonly<Record<MailPart, string>> => {
  const wording = wordings[kind];
  return { subject: wording.subject, text: textOf(wording), html: htmlOf(wording) };
};
