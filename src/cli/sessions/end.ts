import { Id } from '../../contract/user.js';
import { NIL_UUID } from '../../models/base-model.js';
import { recordEndedSessions } from '../../models/ended-sessions.js';
import { Session } from '../../models/session.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import type { OutputOptions } from '../output.js';
import { changeAccount, revoked, type AccountChange } from '../users/change-account.js';

const endEach = async ({ trx, user, now }: AccountChange, ids: readonly string[]): Promise<string[]> => {
  for (const id of ids) {
    const isEnded = Id.safeParse(id).success && (await Session.end(trx, user.id, id, 'revoked', now));
    if (!isEnded) {
      throw new CommandError(`${user.username} has no active session "${id}"`, undefined, { code: 'not_found' });
    }
  }
  return [...ids];
};

/**
 * `rollcall sessions end <user> [session...]`: ends sessions of an account on every instance; all without ids.
 * @throws {CommandError} for an unknown account, or a session that it does not have: then none is ended
 */
export const endSessions = (
  environment: ProcessEnvironment,
  name: string,
  ids: readonly string[],
  { json }: OutputOptions,
): Promise<number> =>
  changeAccount(environment, name, { verb: 'end the sessions of', json, deleted: 'allowed' }, async (act) => {
    const { trx, user, now, details } = act;
    const named = [...new Set(ids.map((id) => id.toLowerCase()))];
    const ended = named.length > 0 ? await endEach(act, named) : await Session.endOthers(trx, user.id, NIL_UUID, now);
    await recordEndedSessions(trx, ended, { actorId: null, subjectId: user.id, details }, null);
    return { text: `${revoked(ended)}\n`, data: { ended } };
  });
