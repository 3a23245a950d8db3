import { z } from 'zod';
import { NewPassword } from './auth.js';
import { exactlyOneOf } from './one-of.js';
import { text } from './text.js';
import { CurrentPassword, Email } from './user.js';

/** The empty response of a request that sends an email. */
export const Accepted = z.strictObject({}).meta({ id: 'Accepted' });

/** The token of an emailed link. Any string is accepted here: using it shows whether it is valid. */
const mailedToken = z
  .string()
  .meta({ description: 'The token of the link, or the one that an administrator has issued.' });

/** The body of POST /api/v1/auth/password-reset/request: either a username or an email address. */
export const PasswordResetRequestBody = z
  .strictObject({
    username: text({ min: 1, max: 254 })
      .optional()
      .meta({ example: 'ada', description: 'A username or a verified email address.' }),
    email: Email.optional(),
  })
  .check(({ value, issues }) => {
    if ((value.username === undefined) !== (value.email === undefined)) return;
    const [path, code, message] =
      value.username === undefined
        ? (['username', 'required', 'either username or email is required'] as const)
        : (['email', 'unknown_field', 'cannot be combined with username'] as const);
    issues.push({ code: 'custom', input: value, path: [path], message, params: { code } });
  })
  .meta({ id: 'PasswordResetRequestBody', override: exactlyOneOf });

/** The body of POST /api/v1/auth/password-reset/complete. */
export const PasswordResetCompleteBody = z
  .strictObject({ token: mailedToken, new_password: NewPassword })
  .meta({ id: 'PasswordResetCompleteBody' });

/** The body of POST /api/v1/auth/email-verification/complete and POST /api/v1/auth/magic-link/consume. */
export const MailedTokenBody = z.strictObject({ token: mailedToken }).meta({ id: 'MailedTokenBody' });

/** The body of POST /api/v1/auth/magic-link/request. */
export const MagicLinkRequestBody = z.strictObject({ email: Email }).meta({ id: 'MagicLinkRequestBody' });

/** The body of PUT /api/v1/users/me/password. */
export const PasswordChangeBody = z
  .strictObject({ current_password: CurrentPassword.optional(), new_password: NewPassword })
  .meta({ id: 'PasswordChangeBody' });

export type PasswordResetRequestBody = z.infer<typeof PasswordResetRequestBody>;
export type PasswordResetCompleteBody = z.infer<typeof PasswordResetCompleteBody>;
export type MailedTokenBody = z.infer<typeof MailedTokenBody>;
export type MagicLinkRequestBody = z.infer<typeof MagicLinkRequestBody>;
export type PasswordChangeBody = z.infer<typeof PasswordChangeBody>;
