import { Id } from '../../contract/user.js';
import { reviveMail } from '../../models/mail-review.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { withDatabase } from '../with-database.js';

/** Which mails are meant, besides those that are named. */
export interface MailRetryOptions {
  readonly allDead?: boolean;
}

/** The named ids in the form of the database, each once; null for all. */
const idsOf = (ids: readonly string[], { allDead = false }: MailRetryOptions): readonly string[] | null => {
  if (allDead === ids.length > 0) throw new StartError('name the mails, or say --all-dead');
  const odd = ids.find((id) => !Id.safeParse(id).success);
  if (odd !== undefined) throw new StartError(`${odd} is not the id of a mail`);
  return allDead ? null : [...new Set(ids.map((id) => id.toLowerCase()))];
};

/**
 * `rollcall mail retry`: puts mails that were given up back into the queue; the running service sends them.
 * @throws {StartError} when one that is named is not dead: nothing is changed then
 */
export const retryMail = (host: Host, named: readonly string[], options: MailRetryOptions): Promise<number> => {
  const ids = idsOf(named, options);
  return withDatabase(host, async ({ clock, log }, { db }) => {
    const revived = await db.transaction(async (trx) => {
      const done = await reviveMail(trx, ids, clock.now());
      const missing = ids?.find((id) => !done.includes(id));
      if (missing !== undefined) throw new StartError(`there is no dead mail ${missing}`);
      return done;
    });
    if (revived.length > 0) {
      log.warn({ event: 'mail.requeued', mail_ids: revived }, 'dead mail was put back into the queue by hand');
    }
    const mails = revived.length === 1 ? '1 mail waits' : `${String(revived.length)} mails wait`;
    host.stdout.write(`${mails} to be sent again\n`);
    return exitCodes.ok;
  });
};
