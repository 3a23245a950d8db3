import { z } from 'zod';
import { text } from './text.js';
import { CurrentGoal, Description, Email, User, Username } from './user.js';

/**
 * A new password: any Unicode text without NUL. The password policy checks its length and strength
 * (NIST SP 800-63B-4, 3.1.1.2).
 */
export const NewPassword = z
  .string()
  .refine((value) => !value.includes('\u0000'), { error: 'must not contain NUL', params: { code: 'nul_character' } })
  .refine((value) => value.isWellFormed(), {
    error: 'must be well-formed Unicode',
    params: { code: 'lone_surrogate' },
  })
  .meta({ format: 'password', example: 'correct horse battery staple' });

/** The body of POST /api/v1/auth/register. */
export const RegisterBody = z
  .strictObject({
    username: Username,
    password: NewPassword,
    email: Email.nullable().optional(),
    description: Description.nullable().optional(),
    current_goal: CurrentGoal.nullable().optional(),
  })
  .meta({ id: 'RegisterBody' });

/** The body of POST /api/v1/auth/login. The password can be any string, since it is only compared with the hash. */
export const LoginBody = z
  .strictObject({
    username: text({ min: 1, max: 254 }).meta({
      example: 'ada',
      description: 'A username or a verified email address.',
    }),
    password: z.string().meta({ format: 'password', example: 'correct horse battery staple' }),
  })
  .meta({ id: 'LoginBody' });

/** The body of POST /api/v1/auth/refresh. */
export const RefreshBody = z.strictObject({ refresh_token: z.string() }).meta({ id: 'RefreshBody' });

/** The body of POST /api/v1/auth/logout: a client without an access token sends its refresh token. */
export const LogoutBody = z.strictObject({ refresh_token: z.string().optional() }).meta({ id: 'LogoutBody' });

/** The body of POST /api/v1/auth/introspect (RFC 7662, 2.1, as JSON). */
export const IntrospectBody = z.strictObject({ token: z.string() }).meta({ id: 'IntrospectBody' });

/** The response of POST /api/v1/auth/register. */
export const Registered = z.strictObject({ user: User }).meta({ id: 'Registered' });

/** The tokens of a session and its user; lifetimes in seconds (RFC 6749, 5.1). */
export const Tokens = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().positive().meta({ description: 'Lifetime of the access token in seconds.' }),
    refresh_token: z.string(),
    refresh_expires_in: z.int().positive().meta({ description: 'Lifetime of the refresh token in seconds.' }),
    user: User,
  })
  .meta({ id: 'Tokens' });

/** RFC 7662, 2.2: the claims of a valid access token with the current roles of its user, or only that it is not valid. */
export const Introspection = z
  .union([
    z.strictObject({ active: z.literal(false) }),
    z.strictObject({
      active: z.literal(true),
      token_type: z.literal('Bearer'),
      sub: z.string(),
      sid: z.string(),
      jti: z.string(),
      username: z.string(),
      roles: z.array(z.string()),
      iss: z.string(),
      aud: z.string(),
      iat: z.int(),
      exp: z.int(),
    }),
  ])
  .meta({ id: 'Introspection' });

export type RegisterBody = z.infer<typeof RegisterBody>;
export type LoginBody = z.infer<typeof LoginBody>;
export type RefreshBody = z.infer<typeof RefreshBody>;
export type LogoutBody = z.infer<typeof LogoutBody>;
export type IntrospectBody = z.infer<typeof IntrospectBody>;
export type Tokens = z.infer<typeof Tokens>;
