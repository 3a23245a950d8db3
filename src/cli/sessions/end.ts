import { Id } from '../../contract/user.js';
import { endSession, endSessions as endAllSessions } from '../../models/sessions/end-session.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import type { OutputOptions } from '../output.js';
import { changeAccount, revoked, type AccountChange } from '../users/change-account.js';

const endEach = async ({ trx, user, actor, now }: AccountChange, ids: readonly string[]): Promise<string[]> => {
  for (const id of ids) {
    const session = { userId: user.id, sessionId: id };
    const isEnded = Id.safeParse(id).success && (await endSession(trx, actor, session, { reason: 'revoked', now }));
    if (!isEnded) {
      throw new CommandError(`${user.username} has no active session "${id}"`, undefined, { code: 'not_found' });
    }
  }
  return [...ids];
};

/**
 * `rollcall sessions end <user> [session...]`: ends the given sessions of an account, or all of them, on every
 * instance.
 * @throws {CommandError} for an unknown account or session; then none is ended
 */
export const endSessions = (
  environment: ProcessEnvironment,
  name: string,
  ids: readonly string[],
  { json }: OutputOptions,
): Promise<number> =>
  changeAccount(environment, name, { verb: 'end the sessions of', json, deleted: 'allowed' }, async (change) => {
    const { trx, user, now, actor } = change;
    const named = [...new Set(ids.map((id) => id.toLowerCase()))];
    const ended =
      named.length > 0 ? await endEach(change, named) : await endAllSessions(trx, actor, { userId: user.id, now });
    return { text: `${revoked(ended)}\n`, data: { ended } };
  });
