import { readEmail } from '../../contract/email.js';
import { asText, valid, outOfRange, wrongType, type Format } from './format.js';

/** A sender: a name that people see, maybe empty, and an address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** `name-addr` or `addr-spec` (RFC 5322, 3.4), split at the angle brackets. */
const shape = /^(?:(?<phrase>.*?)\s*<(?<bracketed>[^<>]*)>|(?<bare>[^<>]*))$/s;

/** The words of a display name: quoted strings (RFC 5322, 3.2.4), and runs of characters that need no quotes. */
const words = /^(?:"(?:[^"\\]|\\.)*"|[^<>"\\@,;:])*$/s;
const word = /"((?:[^"\\]|\\.)*)"|[^\s<>"\\@,;:]+/gs;

const nameOf = (phrase: string): string =>
  [...phrase.matchAll(word)]
    .map(([whole, quoted]) => (quoted === undefined ? whole : quoted.replace(/\\(.)/gs, '$1')))
    .join(' ')
    .trim();

/**
 * Reads `Name <address>`, `"Name, Inc." <address>` or `address` (RFC 5322, 3.4, without groups and comments). The domain
 * of the address is returned in punycode.
 * @returns null for anything else
 */
export const parseMailbox = (text: string): Mailbox | null => {
  const { phrase = '', bracketed, bare = '' } = shape.exec(text.trim())?.groups ?? {};
  const email = readEmail((bracketed ?? bare).trim(), { singleLabel: true });
  return 'fault' in email || !words.test(phrase) ? null : { name: nameOf(phrase), address: email.address };
};

/** The same sender with its whole name in quotes, when that is what it lacks. */
const quoted = (text: string): string | undefined => {
  const [, name = '', rest = ''] = /^([^<>]*?)\s*(<[^<>]*>)$/.exec(text.trim()) ?? [];
  const suggestion = `"${name.replace(/["\\]/g, '')}" ${rest}`;
  return name !== '' && parseMailbox(suggestion) !== null ? suggestion : undefined;
};

/** A sender as people write it: `Rollcall <no-reply@example.org>`. */
export const mailbox: Format<string> = {
  expects: 'a sender such as Rollcall <no-reply@example.org>; a name with a comma or colon must be in double quotes',
  parse: (raw) => {
    if (typeof raw !== 'string' || /[\u0000-\u001f\u007f-\u009f]/.test(raw) || !raw.isWellFormed()) return wrongType();
    if (raw.length > 320) return outOfRange;
    return parseMailbox(raw) === null ? wrongType(quoted(raw)) : valid(raw);
  },
  fromText: asText,
  show: (value) => value,
};
