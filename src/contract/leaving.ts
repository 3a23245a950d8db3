import { z } from 'zod';
import { AuditEvent } from './audit-event.js';
import { PersonalGreeting } from './greet.js';
import { Session } from './session.js';
import { CurrentPassword, Timestamp, User } from './user.js';

/** The body of DELETE /api/v1/users/me and of POST /api/v1/users/me/delete. */
export const DeleteMeBody = z.strictObject({ password: CurrentPassword.optional() }).meta({ id: 'DeleteMeBody' });

/** A session in an export. Ended sessions are included while they are retained. */
const ExportedSession = Session.omit({ current: true }).extend({
  ended_at: Timestamp.nullable(),
  end_reason: z.enum(['logout', 'revoked', 'refresh_reused', 'session_limit']).nullable(),
});

/** All data about a user (GDPR, articles 15 and 20). Lists are sorted newest first. */
export const PersonalData = z
  .strictObject({
    exported_at: Timestamp,
    profile: User,
    sessions: z.array(ExportedSession),
    audit_events: z.array(AuditEvent),
    greetings: z.array(PersonalGreeting),
  })
  .meta({ id: 'PersonalData' });

export type DeleteMeBody = z.infer<typeof DeleteMeBody>;
/** One session of an export. */
export type ExportedSession = z.infer<typeof ExportedSession>;
