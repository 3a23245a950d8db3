import { z } from 'zod';
import { readEmail } from './email.js';
import { Metadata } from './metadata.js';
import { text } from './text.js';

/** A time in responses: RFC 3339 in UTC. */
export const Timestamp = z.iso.datetime().meta({ example: '2026-01-31T12:00:00.000Z' });

/** An id: a UUID, version 7 if the service created it (RFC 9562). */
export const Id = z.guid().meta({ example: '0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b' });

/** A username: letters, digits, dot, underscore and hyphen; unique, ignoring case. */
export const Username = text({ min: 3, max: 50 })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: 'must start with a letter or digit and contain only letters, digits, dots, underscores and hyphens',
  })
  .meta({ example: 'ada' });

/** The stored form of an email address: an internationalised domain in punycode. */
const storedEmail = (value: string): string => {
  const read = readEmail(value);
  return 'error' in read ? value : read.address;
};

/**
 * An email address (see `readEmail`) of at most 254 characters (RFC 5321, 4.5.3.1.3), which becomes its stored form.
 * Error codes besides those of a text: `invalid_format`, `too_long`.
 */
export const Email = text({ max: 254 })
  .check((context) => {
    if (context.issues.length > 0) return;
    const read = readEmail(context.value);
    if (!('error' in read)) return;
    const { code, message } = read.error;
    context.issues.push({ code: 'custom', input: context.value, message, params: { code } });
  })
  .overwrite(storedEmail)
  .meta({
    format: 'email',
    example: 'ada@example.org',
  });

/** A text about the user. */
export const Description = text({ max: 2000, prose: true });

/** The current goal of the user. */
export const CurrentGoal = text({ max: 500, prose: true });

/** The status of an account. */
export const AccountStatus = z.enum(['active', 'blocked', 'deleted']);

/** An account, with the fields that its owner sees. */
export const User = z
  .strictObject({
    id: Id,
    username: z.string(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    description: z.string().nullable(),
    current_goal: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    roles: z.array(z.string()),
    status: AccountStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_login_at: Timestamp.nullable(),
    pending_email: z.string().nullable().meta({
      description: 'A new address that replaces `email` when it is verified.',
    }),
  })
  .meta({ id: 'User' });

/** The profile fields that can be changed. Null clears a text. */
export const ProfileFields = z.strictObject({
  email: Email.nullable().optional(),
  description: Description.nullable().optional(),
  current_goal: CurrentGoal.nullable().optional(),
  metadata: Metadata.optional(),
});

/** The current password: any string, since it is only compared with the hash. */
export const CurrentPassword = z.string().meta({
  format: 'password',
  example: 'correct horse battery staple',
  description: 'Required if the account has a password.',
});

/** The body of PATCH /api/v1/users/me. `current_password` is only used together with `email`. */
export const ProfilePatch = ProfileFields.extend({ current_password: CurrentPassword.optional() }).meta({
  id: 'ProfilePatch',
});

export type User = z.infer<typeof User>;
export type ProfilePatch = z.infer<typeof ProfilePatch>;
