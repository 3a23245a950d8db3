import type { MailKind } from '../../contract/mail-kind.js';
import { textFormat, type Format, type Parsed, valid, wrongType } from './format.js';
import { suggest } from './setting.js';

export { mailKinds, noticeKinds, type MailKind, type NoticeKind } from '../../contract/mail-kind.js';

/** The parts of an email, each with a template. */
export const mailParts = ['subject', 'text', 'html'] as const;

/** One of the parts above. */
export type MailPart = (typeof mailParts)[number];

const noticePlaceholders = { known: ['link', 'username', 'address'], required: [] };

/** The placeholders of each kind: all of them, and the required ones. */
const placeholders: Readonly<
  Record<MailKind, { readonly known: readonly string[]; readonly required: readonly string[] }>
> = {
  email_verification: { known: ['link', 'username', 'address', 'expires_in'], required: ['link'] },
  password_reset: { known: ['link', 'username', 'address', 'expires_in'], required: ['link'] },
  magic_link: { known: ['link', 'address', 'expires_in'], required: ['link'] },
  inactive_warning: { known: ['link', 'username', 'address', 'deadline'], required: [] },
  email_change_requested: noticePlaceholders,
  email_changed: noticePlaceholders,
  password_changed: noticePlaceholders,
  account_claimed: noticePlaceholders,
};

/** The name of a kind in keys. */
export const templateKind = (kind: MailKind): string =>
  kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A placeholder: `{{name}}`, optionally with spaces around the name. */
export const placeholder = /\{\{([^{}]*)\}\}/g;

/** The names of the placeholders in a template, in order. */
export const placeholdersIn = (template: string): string[] =>
  [...template.matchAll(placeholder)].map(([, name = '']) => name.trim());

/** Subjects are visible on lock screens and in lists, so they cannot contain the link with its token. */
const knownIn = (kind: MailKind, part: MailPart): readonly string[] =>
  placeholders[kind].known.filter((name) => part !== 'subject' || name !== 'link');

const broken = (reason: string, suggestion?: string): Parsed<never> => ({
  ok: false,
  code: 'broken_template',
  reason,
  ...(suggestion === undefined ? {} : { suggestion }),
});

const listed = (names: readonly string[]): string => names.map((name) => `{{${name}}}`).join(', ');

const validate = (kind: MailKind, part: MailPart, template: string): Parsed<string> => {
  const used = placeholdersIn(template);
  const known = knownIn(kind, part);
  if (template.replaceAll(placeholder, '').includes('{{')) return broken('unclosed {{; close it with }}');
  for (const name of used) {
    if (known.includes(name)) continue;
    const near = suggest(name, known);
    return broken(
      `unknown placeholder {{${name.slice(0, 40)}}}; available: ${listed(known)}`,
      near === undefined ? undefined : `{{${near}}}`,
    );
  }
  const missing = part === 'subject' ? undefined : placeholders[kind].required.find((name) => !used.includes(name));
  return missing === undefined ? valid(template) : broken(`missing placeholder {{${missing}}}`);
};

/**
 * A template: text with `{{name}}` placeholders. A subject is one line of at most 200 characters. Error codes: `wrong_type`,
 * `broken_template`.
 */
export const mailTemplate = (kind: MailKind, part: MailPart): Format<string> =>
  textFormat({
    expects: `a ${part === 'subject' ? 'line' : 'text'} that may contain ${listed(knownIn(kind, part))}`,
    parse: (raw) => {
      if (typeof raw !== 'string' || raw.trim() === '') return wrongType();
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(raw)) return wrongType();
      if (part === 'subject' && (/[\r\n\t]/.test(raw) || raw.length > 200)) {
        return broken('must be one line of at most 200 characters');
      }
      return validate(kind, part, raw);
    },
  });
