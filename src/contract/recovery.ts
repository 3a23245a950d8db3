import { z } from 'zod';
import { NewPassword } from './auth.js';
import { text } from './text.js';
import { CurrentPassword, Email } from './user.js';

/** The answer of a request whose outcome is told by mail, or not at all. */
export const Accepted = z.strictObject({}).meta({ id: 'Accepted' });

/** A token as it stood in a link; whether it is one is told by its use. */
const mailedToken = z
  .string()
  .meta({ description: 'The token of the link, or the code that an operator handed over.' });

/** The body of POST /api/v1/auth/password-reset/request: either of the two. */
export const PasswordResetRequestBody = z
  .strictObject({
    username: text({ min: 1, max: 254 })
      .optional()
      .meta({ example: 'ada', description: 'A username or a verified e-mail address.' }),
    email: Email.optional(),
  })
  .refine(({ username, email }) => (username === undefined) !== (email === undefined), {
    error: 'must hold either username or email',
    params: { code: 'required' },
    path: ['username'],
  })
  .meta({ id: 'PasswordResetRequestBody' });

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
