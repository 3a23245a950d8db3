import type { MailKind, MailPart } from '../config/schema/mail-template.js';

/** Where the name of the action and what it is for differ, the mails are the same. */
interface Wording {
  readonly subject: string;
  readonly greeting: string;
  readonly lines: readonly string[];
  /** Above the link in the text, and on the button in HTML. */
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
    paragraph('Or copy this address into your browser:<br>{{link}}'),
    paragraph(closing),
    '  </body>',
    '</html>',
    '',
  ].join('\n');

const wordings: Readonly<Record<MailKind, Wording>> = {
  email_verification: {
    subject: 'Confirm your e-mail address',
    greeting: 'Hello {{username}},',
    lines: ['please confirm that {{address}} is your address.'],
    action: 'Confirm the address',
    closing: 'The link works once, for {{expires_in}}. If you did not ask for this, you can ignore it.',
  },
  password_reset: {
    subject: 'Choose a new password',
    greeting: 'Hello {{username}},',
    lines: ['somebody, probably you, asked for a new password for your account.'],
    action: 'Choose a new password',
    closing:
      'The link works once, for {{expires_in}}. If it was not you, ignore this mail: your password stays as it is.',
  },
  magic_link: {
    subject: 'Your login link',
    greeting: 'Hello,',
    lines: ['somebody, probably you, asked for a link to log in with {{address}}.'],
    action: 'Log in',
    closing: 'The link works once, for {{expires_in}}. If it was not you, ignore this mail and keep it to yourself.',
  },
  inactive_warning: {
    subject: 'Your account will be deleted',
    greeting: 'Hello {{username}},',
    lines: ['you have not used your account for a long time. It will be deleted on {{deadline}}.'],
    action: 'Log in before then to keep it',
    closing: 'If you no longer need it, there is nothing to do.',
  },
  email_change_requested: {
    subject: 'A new e-mail address was entered for your account',
    greeting: 'Hello {{username}},',
    lines: [
      'somebody who is signed in to your account entered a new e-mail address. It replaces {{address}} once it is confirmed.',
    ],
    action: 'Open the service',
    closing: 'If this was not you, change your password: that cancels the change.',
  },
  email_changed: {
    subject: 'The e-mail address of your account was changed',
    greeting: 'Hello {{username}},',
    lines: ['{{address}} is no longer the e-mail address of your account.'],
    action: 'Open the service',
    closing: 'If this was not you, contact the people who run this service.',
  },
  password_changed: {
    subject: 'Your password was changed',
    greeting: 'Hello {{username}},',
    lines: ['the password of your account was changed. All other sessions were ended.'],
    action: 'Open the service',
    closing: 'If this was not you, ask for a new password now.',
  },
  account_claimed: {
    subject: 'Earlier access to your account was removed',
    greeting: 'Hello {{username}},',
    lines: [
      'you used a link that was mailed to {{address}}. This address had been confirmed by somebody who was not signed in, ' +
        'so the account may have been set up by somebody else.',
      'The password from before, all other sessions and any pending change of the e-mail address were therefore removed.',
    ],
    action: 'Open the service',
    closing: 'If your password no longer works, ask for a new one.',
  },
};

/** The templates of a kind where the operator has given none. */
export const builtInTemplates = (kind: MailKind): Readonly<Record<MailPart, string>> => {
  const wording = wordings[kind];
  return { subject: wording.subject, text: textOf(wording), html: htmlOf(wording) };
};
