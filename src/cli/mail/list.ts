import { listMail } from '../../models/mail-review.js';
import type { MailState, OutgoingMail } from '../../models/outgoing-mail.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { withDatabase } from '../with-database.js';

/** What is shown. */
export interface MailListOptions {
  readonly state?: string;
  /** One JSON object a line instead of columns. */
  readonly json?: boolean;
}

/** Mail that is not over: it waits, is under way, or was given up. */
const open: readonly MailState[] = ['queued', 'sending', 'dead'];

const states: ReadonlySet<string> = new Set<MailState>([...open, 'sent', 'dropped']);

const statesOf = (state: string | undefined): readonly MailState[] => {
  if (state === undefined) return open;
  if (!states.has(state)) throw new StartError(`--state must be one of ${[...states].join(', ')}`);
  return [state as MailState];
};

/** What operators see of a mail. The text is made when it is sent, and no token is kept. */
const shown = ({ id, state, kind, attempts, lastError, createdAt, nextAttemptAt, userId, address }: OutgoingMail) => ({
  ...{ id, state, kind, attempts, last_error: lastError, created_at: createdAt.toISOString() },
  ...{ next_attempt_at: nextAttemptAt.toISOString(), user_id: userId, address },
});

/**
 * `rollcall mail list`: the mails of the outbox, oldest first; those that are not over, unless a state is named.
 * @throws {StartError} for a state that there is not
 */
export const listOutbox = (host: Host, { state, json = false }: MailListOptions): Promise<number> => {
  const wanted = statesOf(state);
  return withDatabase(host, async (_foundation, { db }) => {
    for await (const batch of listMail(db.knex, wanted)) {
      const lines = batch.map(shown).map((mail) =>
        json
          ? JSON.stringify(mail)
          : Object.values(mail)
              .map((value) => value ?? '-')
              .join('\t'),
      );
      host.stdout.write(`${lines.join('\n')}\n`);
    }
    return exitCodes.ok;
  });
};
