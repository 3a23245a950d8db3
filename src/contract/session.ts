import { z } from 'zod';
import { pageOf } from './list.js';
import { Id, Timestamp } from './user.js';

/** A login that has not ended: one device or browser. */
export const Session = z
  .strictObject({
    id: Id,
    current: z.boolean(),
    user_agent: z.string().nullable(),
    ip_address: z.string().nullable(),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'Session' });

/** The answer of GET /api/v1/users/me/sessions. */
export const SessionPage = pageOf(Session).meta({ id: 'SessionPage' });

/** The path of one session; anything that is no id is simply not found. */
export const SessionPath = z.strictObject({ id: z.string() });

export type Session = z.infer<typeof Session>;
export type SessionPath = z.infer<typeof SessionPath>;
