import { z } from 'zod';
import { mailKinds } from '../mail-kind.js';
import { ListQuery, pageOf } from '../list.js';
import { Email, Id, Timestamp } from '../user.js';

/** The states of an email. */
export const MailState = z.enum(['queued', 'sending', 'sent', 'dropped', 'dead']).meta({
  description:
    '`queued`: waits for its first or next attempt. `sending`: is being sent. `dropped`: had no recipient, or was dropped by an operator. `dead`: could not be sent after all attempts.',
});

const MailKind = z.enum(mailKinds).meta({ description: 'Kinds are added, never renamed.' });

/** An email of the outbox. Its text is composed when it is sent, and is never stored. */
export const Mail = z
  .strictObject({
    id: Id,
    kind: MailKind,
    recipient: z.string().nullable().meta({
      description:
        'The submitted address or name, otherwise the address of the user; null once it has been removed and there is no user.',
    }),
    user_id: Id.nullable().meta({ description: 'The user whom the email concerns.' }),
    state: MailState,
    attempts: z.int().nonnegative(),
    last_error: z.string().nullable(),
    created_at: Timestamp,
    next_attempt_at: Timestamp.nullable().meta({ description: 'Null unless the email is queued.' }),
    sent_at: Timestamp.nullable(),
  })
  .meta({ id: 'Mail' });

/** The response of GET /api/v1/admin/mails. */
export const MailPage = pageOf(Mail).meta({ id: 'MailPage' });

/** The query of GET /api/v1/admin/mails. */
export const MailQuery = ListQuery.extend({
  state: MailState.optional().meta({ description: 'Only emails in this state.' }),
  user: Id.optional().meta({ description: 'Only emails that concern this user.' }),
});

/** The path of one email. An id that is not a UUID is not found rather than invalid. */
export const MailPath = z.strictObject({
  id: z.string().meta({ description: 'Id of the email.', format: 'uuid', param: { id: 'MailId' } }),
});

/** The body of POST /api/v1/admin/mails/test. */
export const TestMailBody = z.strictObject({ to: Email }).meta({ id: 'TestMailBody' });

/** The response of POST /api/v1/admin/mails/test. */
export const TestMailResult = z
  .strictObject({
    accepted: z
      .boolean()
      .meta({ description: 'Whether the mail server, or the directory of the outbox, has accepted the email.' }),
    transport: z.string(),
    message_id: z.string(),
    error: z.strictObject({ reason: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'TestMailResult' });

/** The body of POST /api/v1/admin/mails/templates/preview. */
export const TemplatePreviewBody = z
  .strictObject({
    template: MailKind,
    document: z.string().optional().meta({
      description: 'The text of `local.yaml` with the templates to preview. Default: the active templates.',
    }),
  })
  .meta({ id: 'TemplatePreviewBody' });

/** The response of POST /api/v1/admin/mails/templates/preview: an email with sample data. */
export const TemplatePreview = z
  .strictObject({ subject: z.string(), text: z.string(), html: z.string() })
  .meta({ id: 'TemplatePreview' });

export type Mail = z.infer<typeof Mail>;
export type MailState = z.infer<typeof MailState>;
export type MailQuery = z.infer<typeof MailQuery>;
export type MailPath = z.infer<typeof MailPath>;
export type TestMailBody = z.infer<typeof TestMailBody>;
export type TestMailResult = z.infer<typeof TestMailResult>;
export type TemplatePreviewBody = z.infer<typeof TemplatePreviewBody>;
