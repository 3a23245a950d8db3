import { asText, good, outOfRange, wrongType, type Format } from './format.js';

/** A sender: a name that people see, maybe empty, and an address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const shape = /^(?:([^<>"\\@,;:]*)<([^<>\s@,;:]+@[^<>\s@,;:]+)>|([^<>\s@,;:]+@[^<>\s@,;:]+))$/;

/**
 * Reads `Name <address>` or `address` (RFC 5322, section 3.4, without quoting, groups and comments).
 * @returns null for anything else
 */
export const parseMailbox = (text: string): Mailbox | null => {
  const [, name = '', bracketed, bare] = shape.exec(text) ?? [];
  const address = bracketed ?? bare;
  return address === undefined ? null : { name: name.trim(), address };
};

/** A sender as people write it: `Rollcall <no-reply@example.org>`. */
export const mailbox: Format<string> = {
  expects: 'a sender such as Rollcall <no-reply@example.org>',
  parse: (raw) => {
    if (typeof raw !== 'string' || /[\u0000-\u001f\u007f-\u009f]/.test(raw) || !raw.isWellFormed()) return wrongType();
    if (raw.length > 320) return outOfRange;
    return parseMailbox(raw) === null ? wrongType() : good(raw);
  },
  fromText: asText,
  show: (value) => value,
};
