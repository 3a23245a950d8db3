import { listMail } from '../../models/mail/outbox-admin.js';
import type { MailState, OutgoingMail } from '../../models/mail/outgoing-mail.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeList, type ListLayout, type ListPart } from '../list.js';
import type { OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall mail list`. */
export interface MailListOptions extends OutputOptions {
  /** Only emails with this state; by default, unfinished emails. */
  readonly state?: MailState;
}

/** Emails that are not finished: waiting, being sent, or dead. */
const unfinished: readonly MailState[] = ['queued', 'sending', 'dead'];

/** The fields that operators can see. The text is composed when the email is sent, and no token is stored. */
const shown = ({ id, state, kind, attempts, lastError, createdAt, nextAttemptAt, userId, address }: OutgoingMail) => ({
  ...{ id, state, kind, attempts, last_error: lastError, created_at: createdAt.toISOString() },
  ...{ next_attempt_at: nextAttemptAt.toISOString(), user_id: userId, address },
});

const layout: ListLayout<ReturnType<typeof shown>> = {
  titles: ['ID', 'STATE', 'KIND', 'ATTEMPTS', 'LAST ERROR', 'CREATED', 'NEXT ATTEMPT', 'USER', 'ADDRESS'],
  cells: (mail) => Object.values(mail).map((value) => String(value ?? '-')),
  toJson: (mail) => mail,
  empty: 'no emails found',
};

/** `rollcall mail list`: the unfinished emails of the outbox, or all emails in a given state, oldest first. */
export const listOutbox = (
  environment: ProcessEnvironment,
  { state, json = false }: MailListOptions,
): Promise<number> =>
  withDatabase(environment, async (_core, { db }) => {
    const parts = async function* (): AsyncGenerator<ListPart<ReturnType<typeof shown>>> {
      for await (const batch of listMail(db.knex, state === undefined ? unfinished : [state])) {
        yield { rows: batch.map(shown), nextCursor: null };
      }
    };
    await writeList(environment, json, layout, parts());
    return exitCodes.ok;
  });
