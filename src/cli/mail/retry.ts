import { Id } from '../../contract/user.js';
import { dropMails, requeueMails } from '../../models/mail/outbox-admin.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall mail retry`. */
export interface MailRetryOptions extends OutputOptions {
  readonly allDead?: boolean;
}

/**
 * The given ids in lower case without duplicates.
 * @throws {CommandError} for a text that is not an id
 */
const normalizedIds = (ids: readonly string[]): readonly string[] => {
  const invalid = ids.find((id) => !Id.safeParse(id).success);
  if (invalid !== undefined) throw new CommandError(`"${invalid}" is not an email id`, undefined, { code: 'usage' });
  return [...new Set(ids.map((id) => id.toLowerCase()))];
};

/** The given ids; null for all. */
const idsOf = (ids: readonly string[], { allDead = false }: MailRetryOptions): readonly string[] | null => {
  if (allDead === ids.length > 0) {
    throw new CommandError('specify either email ids or --all-dead', undefined, { code: 'usage' });
  }
  return allDead ? null : normalizedIds(ids);
};

/**
 * `rollcall mail retry`: requeues dead emails; the running service sends them.
 * @throws {CommandError} if a given email is not dead; then nothing is changed
 */
export const retryMail = (
  environment: ProcessEnvironment,
  named: readonly string[],
  options: MailRetryOptions,
): Promise<number> => {
  const ids = idsOf(named, options);
  return withDatabase(environment, async ({ clock }, { db }) => {
    const requeued = await db.transaction(async (trx) => {
      const done = await requeueMails(trx, cliActor(environment), ids, clock.now());
      const missing = ids?.find((id) => !done.includes(id));
      if (missing !== undefined) throw new CommandError(`no dead email ${missing}`, undefined, { code: 'not_found' });
      return done;
    });
    if (options.json === true) writeData(environment, { requeued });
    else {
      environment.stdout.write(`${String(requeued.length)} ${requeued.length === 1 ? 'email' : 'emails'} requeued\n`);
    }
    return exitCodes.ok;
  });
};

/**
 * `rollcall mail drop`: drops queued and dead emails.
 * @throws {CommandError} if a given email is neither queued nor dead; then nothing is changed
 */
export const dropMail = (
  environment: ProcessEnvironment,
  named: readonly string[],
  { json }: OutputOptions,
): Promise<number> => {
  const ids = normalizedIds(named);
  return withDatabase(environment, async (_core, { db }) => {
    const done = await db.transaction(async (trx) => {
      const changed = await dropMails(trx, cliActor(environment), ids);
      const missing = ids.find((id) => !changed.includes(id));
      if (missing !== undefined) {
        throw new CommandError(`no queued or dead email ${missing}`, undefined, { code: 'not_found' });
      }
      return changed;
    });
    if (json === true) writeData(environment, { dropped: done });
    else environment.stdout.write(`${String(done.length)} ${done.length === 1 ? 'email' : 'emails'} dropped\n`);
    return exitCodes.ok;
  });
};
