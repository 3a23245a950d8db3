import { z } from 'zod';
import { AuditEvent } from './audit-event.js';
import { PersonalGreeting } from './greet.js';
import { Session } from './session.js';
import { CurrentPassword, Timestamp, User } from './user.js';

/** The body of DELETE /api/v1/users/me and of POST /api/v1/users/me/delete. */
export const DeleteMeBody = z.strictObject({ password: CurrentPassword.optional() }).meta({ id: 'DeleteMeBody' });

/** A session in an export: those that have ended are in it too, while they are kept. */
const ExportedSession = Session.omit({ current: true }).extend({
  ended_at: Timestamp.nullable(),
  end_reason: z.string().nullable(),
});

/** Everything that is held about a person (GDPR, articles 15 and 20). Lists are newest first. */
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
/** One session as its owner exports it. */
export type ExportedSession = z.infer<typeof ExportedSession>;
