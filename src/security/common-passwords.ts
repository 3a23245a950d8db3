import { dictionary } from '@zxcvbn-ts/language-common';

/** Maximum length, in UTF-16 units, of a unit whose repetition is too common, whatever the unit is (`aaaa…`, `abcabc…`). */
const maxTrivialUnitLength = 3;

/** The form in which passwords are compared with words: NFKC and lower case. */
export const foldCase = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The 49,000 most common passwords of the zxcvbn list. A constant, since creating the set takes some milliseconds. */
export const commonPasswords: ReadonlySet<string> = new Set(dictionary.passwords);

/**
 * Length of the shortest unit that the text repeats; the last repetition may be incomplete (failure function of Knuth,
 * Morris and Pratt).
 */
const smallestPeriod = (text: string): number => {
  const border = new Array<number>(text.length).fill(0);
  for (let at = 1, matched = 0; at < text.length; at += 1) {
    while (matched > 0 && text[at] !== text[matched]) matched = border[matched - 1] ?? 0;
    if (text[at] === text[matched]) matched += 1;
    border[at] = matched;
  }
  return text.length - (border.at(-1) ?? 0);
};

/**
 * Whether a password is common, also if it is repeated or separated by spaces, dots, hyphens and underscores, or repeats one
 * to three characters. NIST SP 800-63B-4, section 3.1.1.2: the whole password is compared with the list, not parts of it.
 * @param text a folded password
 */
export const isCommonPassword = (text: string): boolean =>
  [text, text.replace(/[\s._-]/gu, '')].some((form) => {
    const period = smallestPeriod(form);
    return (
      commonPasswords.has(form) ||
      commonPasswords.has(form.slice(0, period)) ||
      (period <= maxTrivialUnitLength && period < form.length)
    );
  });
