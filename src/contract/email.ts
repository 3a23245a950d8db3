import { domainToASCII, domainToUnicode } from 'node:url';

/** Atoms separated by dots (RFC 5322, 3.2.3). Quoted local parts and SMTPUTF8 (RFC 6531) are not supported. */
const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** One label of a domain name: letters, digits and inner hyphens, at most 63 octets (RFC 5890, 2.3.1). */
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

const maxLocalOctets = 64;
const maxOctets = 254;

/** Longer texts are never addresses, so they are rejected without parsing. */
const longestInput = 1024;

const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);

/** Lower case for ASCII letters alone: `toLowerCase` maps the Kelvin sign (U+212A) to `k`, so other names would match. */
export const asciiLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const encodedLabel = /(?:^|\.)xn--/i;

/** Whether every punycode label can be decoded. Newer versions of Node return ASCII domains unchecked. */
const canBeDecoded = (domain: string): boolean => {
  const decoded = domainToUnicode(domain);
  return !encodedLabel.test(decoded) && domainToASCII(decoded) === asciiLowerCase(domain);
};

/** The domain in its ASCII form (RFC 5891, UTS #46), or null if it has none. */
const asciiDomain = (domain: string): string | null => {
  // The conversion parses hosts of URLs, so ASCII characters that end a host must be rejected first.
  if (!/^[A-Za-z0-9.\u0080-\uffff-]+$/.test(domain)) return null;
  const needsConversion = !isAscii(domain) || encodedLabel.test(domain);
  const converted = needsConversion ? domainToASCII(domain) : domain;
  if (encodedLabel.test(converted) && !canBeDecoded(converted)) return null;
  const labels = converted.split('.');
  const isName = converted.length <= 253 && labels.every((part) => label.test(part));
  // A last label of digits alone is an IPv4 address (RFC 3696, 2).
  return isName && !/^\d+$/.test(labels.at(-1) ?? '') ? converted : null;
};

const split = (address: string): { local: string; domain: string } | null => {
  const at = address.lastIndexOf('@');
  return at === -1 ? null : { local: address.slice(0, at), domain: address.slice(at + 1) };
};

/** Why a text is not a valid email address. */
export interface EmailError {
  readonly code: 'invalid_format' | 'too_long';
  readonly message: string;
}

const invalid = (message: string): { error: EmailError } => ({ error: { code: 'invalid_format', message } });
const tooLong = (message: string): { error: EmailError } => ({ error: { code: 'too_long', message } });

/**
 * Reads an email address (RFC 5321, 4.1.2 and 4.5.3.1; RFC 5322 atoms). An internationalised domain is returned in
 * punycode; otherwise the address is unchanged.
 * @param options.singleLabel whether a domain without a dot is accepted, such as `localhost`
 */
export const readEmail = (
  text: string,
  { singleLabel = false } = {},
): { readonly address: string } | { readonly error: EmailError } => {
  const parts = text.length > longestInput ? null : split(text);
  if (parts === null || parts.local === '') return invalid('must be an email address');
  const { local, domain } = parts;
  if (!isAscii(local)) return invalid('must be an email address with only ASCII characters before "@"');
  if (!dotAtom.test(local)) {
    return invalid(
      'must be an email address; the part before "@" contains a character or a dot that is not allowed there',
    );
  }
  if (local.length > maxLocalOctets) {
    return tooLong(`must have at most ${String(maxLocalOctets)} characters before "@"`);
  }
  const ascii = asciiDomain(domain);
  if (ascii === null || (!singleLabel && !ascii.includes('.'))) {
    return invalid('must be an email address; the part after "@" must be a domain name such as example.org');
  }
  const address = `${local}@${ascii}`;
  if (address.length > maxOctets) {
    return tooLong(`must have at most ${String(maxOctets)} characters with the domain in punycode`);
  }
  return { address };
};

/**
 * The canonical form for comparison: ASCII letters in lower case and the domain in punycode. Other text is only
 * converted to lower case.
 */
export const canonicalEmail = (text: string): string => {
  const parts = text.length > longestInput ? null : split(text);
  const domain = parts === null || isAscii(parts.domain) ? null : asciiDomain(parts.domain);
  return asciiLowerCase(parts === null || domain === null ? text : `${parts.local}@${domain}`);
};
