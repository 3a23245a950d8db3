import { foldCase, isCommonPassword } from './common-passwords.js';
import type { PasswordPolicySettings } from './settings.js';

/** Why a password is rejected; part of the API contract. */
export type PasswordIssueCode =
  | 'too_short'
  | 'too_long'
  | 'nul_character'
  | 'too_common'
  | 'contains_username'
  | 'contains_email'
  | 'contains_service_name';

/**
 * One violation: a `FieldError` without the path, which the caller adds. The message is a predicate such as `is too common`.
 */
export interface PasswordIssue {
  readonly code: PasswordIssueCode;
  readonly message: string;
}

/** The owner of the password. */
export interface PasswordOwner {
  readonly username?: string | null;
  readonly email?: string | null;
}

/** Words up to this length must match as a whole: "ada" occurs in "canada" by chance. */
const maxWholeWordLength = 3;
const minWordLength = 3;

const kindOf = (character: string | undefined): 'letter' | 'digit' | 'other' => {
  if (character === undefined) return 'other';
  return /\p{L}/u.test(character) ? 'letter' : /\p{N}/u.test(character) ? 'digit' : 'other';
};

/** Whether a word is delimited on both sides: "ada" in "ada-1815" and "ada1815", not in "canada". */
const isWholeWord = (text: string, word: string, at: number): boolean => {
  const continues = (inner: string | undefined, outer: string | undefined): boolean =>
    kindOf(inner) !== 'other' && kindOf(inner) === kindOf(outer);
  return !continues(word[0], text[at - 1]) && !continues(word.at(-1), text[at + word.length]);
};

const containsWord = (text: string, word: string): boolean => {
  if (word.length < minWordLength) return false;
  if (word.length > maxWholeWordLength) return text.includes(word);
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (isWholeWord(text, word, at)) return true;
  }
  return false;
};

/** A name in folded form, with and without dots, hyphens and underscores. */
const formsOf = (name: string): string[] => [foldCase(name), foldCase(name).replace(/[._-]/g, '')];

/** An invalid address without an @ counts as a word. */
const containsEmail = (text: string, email: string): boolean => {
  const at = email.lastIndexOf('@');
  return (
    containsWord(text, foldCase(email)) ||
    (at > 0 && formsOf(email.slice(0, at)).some((form) => containsWord(text, form)))
  );
};

/**
 * The rules for a new password (NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2): a length in code points, not
 * common, and without the names that an attacker tries first. No rules about kinds of characters.
 *
 * Names are searched for regardless of case and width (NFKC): the service name, the username, the whole email address
 * and its local part. Those of four characters and more count anywhere in the password; of three, only where they stand
 * by themselves; shorter ones never.
 */
export class PasswordPolicy {
  readonly #serviceName: string;

  constructor(options: { readonly serviceName?: string } = {}) {
    this.#serviceName = options.serviceName ?? 'rollcall';
  }

  /**
   * All violations of the policy, in a fixed order; empty if the password is acceptable. For a password over the maximum
   * length, only the length and a NUL are reported.
   * @param settings the settings of the request
   */
  check(password: string, owner: PasswordOwner, settings: PasswordPolicySettings): PasswordIssue[] {
    const { minLength, maxLength } = settings.password;
    const nul: PasswordIssue[] = password.includes('\0')
      ? [{ code: 'nul_character', message: 'must not contain a NUL character' }]
      : [];
    const tooLong: PasswordIssue = {
      code: 'too_long',
      message: `must have at most ${maxLength} characters`,
    };
    // Checked first: NFC never makes text shorter than a quarter, and must not run on 1 MB.
    if (password.length > 4 * maxLength) return [tooLong, ...nul];
    const length = Array.from(password.normalize('NFC')).length;
    if (length > maxLength) return [tooLong, ...nul];
    const tooShort: PasswordIssue[] =
      length < minLength ? [{ code: 'too_short', message: `must have at least ${minLength} characters` }] : [];
    return [...tooShort, ...nul, ...this.#words(foldCase(password), owner)];
  }

  #words(text: string, { username, email }: PasswordOwner): PasswordIssue[] {
    const issues: PasswordIssue[] = [];
    if (isCommonPassword(text)) {
      issues.push({ code: 'too_common', message: 'is too common' });
    }
    if (username && formsOf(username).some((form) => containsWord(text, form))) {
      issues.push({ code: 'contains_username', message: 'must not contain the username' });
    }
    if (email && containsEmail(text, email)) {
      issues.push({ code: 'contains_email', message: 'must not contain the email address' });
    }
    if (containsWord(text, foldCase(this.#serviceName))) {
      issues.push({ code: 'contains_service_name', message: 'must not contain the name of the service' });
    }
    return issues;
  }
}
