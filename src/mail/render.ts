import { type MailKind, type MailPart, placeholder, templateKind } from '../config/schema/mail-template.js';
import type { Settings } from '../config/schema/schema.js';
import { builtInTemplates } from './built-in-templates.js';

/** The values of the placeholders, by name. */
export type MailVariables = Readonly<Record<string, string>>;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** Replaces line breaks and invisible characters with spaces, since a header is one line. */
const toHeader = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();

const filled = (template: string, variables: MailVariables, encode: (text: string) => string): string =>
  template.replaceAll(placeholder, (_, name: string) => {
    const value = variables[name.trim()];
    if (value === undefined) throw new TypeError(`no value for the placeholder {{${name.trim()}}}`);
    return encode(value);
  });

type Templates = Readonly<Record<MailPart, string | null>>;

/**
 * Fills in the templates of an email: the configured ones, otherwise the built-in ones. Values are plain text: they are
 * escaped in HTML and cannot break out of the subject header (RFC 5322, section 2.2).
 * @throws {TypeError} when the value of a placeholder is missing
 */
export const renderMail = (
  { mail }: Settings,
  kind: MailKind,
  variables: MailVariables,
): Readonly<Record<MailPart, string>> => {
  const builtIn = builtInTemplates(kind);
  const own = (mail.templates as Readonly<Record<string, Templates>>)[templateKind(kind)];
  return {
    subject: toHeader(filled(own?.subject ?? builtIn.subject, variables, toHeader)),
    text: filled(own?.text ?? builtIn.text, variables, (value) => value),
    html: filled(own?.html ?? builtIn.html, variables, escapeHtml),
  };
};
