import { Id } from '../../contract/user.js';
import { requeueMail } from '../../models/mail/outbox-admin.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall mail retry`. */
export interface MailRetryOptions extends OutputOptions {
  readonly allDead?: boolean;
}

/** The given ids in lower case without duplicates; null for all. */
const idsOf = (ids: readonly string[], { allDead = false }: MailRetryOptions): readonly string[] | null => {
  if (allDead === ids.length > 0) {
    throw new CommandError('specify either mail ids or --all-dead', undefined, { code: 'usage' });
  }
  const invalid = ids.find((id) => !Id.safeParse(id).success);
  if (invalid !== undefined) throw new CommandError(`"${invalid}" is not a mail id`, undefined, { code: 'usage' });
  return allDead ? null : [...new Set(ids.map((id) => id.toLowerCase()))];
};

/**
 * `rollcall mail retry`: requeues dead mails; the running service sends them.
 * @throws {CommandError} if a given mail is not dead; then nothing is changed
 */
export const retryMail = (
  environment: ProcessEnvironment,
  named: readonly string[],
  options: MailRetryOptions,
): Promise<number> => {
  const ids = idsOf(named, options);
  return withDatabase(environment, async ({ clock }, { db }) => {
    const requeued = await db.transaction(async (trx) => {
      const done = await requeueMail(trx, ids, cliActor(environment), clock.now());
      const missing = ids?.find((id) => !done.includes(id));
      if (missing !== undefined) throw new CommandError(`no dead mail ${missing}`, undefined, { code: 'not_found' });
      return done;
    });
    if (options.json === true) writeData(environment, { requeued });
    else environment.stdout.write(`${String(requeued.length)} ${requeued.length === 1 ? 'mail' : 'mails'} requeued\n`);
    return exitCodes.ok;
  });
};
