import { z } from 'zod';
import { pageOf } from './list.js';
import { Id, Timestamp } from './user.js';

/** An active session: one login on one device or browser. */
export const Session = z
  .strictObject({
    id: Id,
    current: z.boolean().meta({ description: 'Whether it is the session of the access token of this request.' }),
    user_agent: z.string().nullable(),
    ip_address: z.string().nullable(),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'Session' });

/** The response of GET /api/v1/users/me/sessions. */
export const SessionPage = pageOf(Session).meta({ id: 'SessionPage' });

/** The path of one session. An id that is not a UUID is not found rather than invalid. */
export const SessionPath = z.strictObject({
  id: z.string().meta({
    description: 'Id of the session: the `sid` claim of its tokens.',
    format: 'uuid',
    param: { id: 'SessionId' },
  }),
});

export type Session = z.infer<typeof Session>;
export type SessionPath = z.infer<typeof SessionPath>;
