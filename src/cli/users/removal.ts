import { eraseNow, requestErasure } from '../../models/accounts/account-erasure.js';
import { deleteAccount, restoreAccount } from '../../models/accounts/account-lifecycle.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { assertConfirmed, type ConfirmOptions } from '../confirm.js';
import type { OutputOptions } from '../output.js';
import { changeAccount, revoked } from './change-account.js';

/** Options of commands that remove an account. */
export type RemovalOptions = OutputOptions & ConfirmOptions;

/**
 * `rollcall users delete <user>`: deletes an account, as DELETE /api/v1/admin/users/{id} does. It can be restored
 * during `users.deletionGrace`. Does nothing to an account that is already deleted.
 * @throws {CommandError} for an unknown account, the last administrator, or without confirmation
 */
export const deleteUser = (
  environment: ProcessEnvironment,
  name: string,
  { json, ...options }: RemovalOptions,
): Promise<number> => {
  const before = ({ username }: { username: string }): Promise<void> =>
    assertConfirmed(
      environment,
      `Delete ${username}? Its sessions end; \`rollcall users restore\` reverts this.`,
      options,
    );
  return changeAccount(environment, name, { verb: 'delete', json, deleted: 'allowed', before }, async (change) => {
    const { trx, user, now, actor } = change;
    if (user.deletedAt !== null) return { text: `${user.username} is already deleted\n` };
    const ended = await deleteAccount(trx, actor, user, { now });
    return { text: `${user.username} deleted; ${revoked(ended)}\n` };
  });
};

/**
 * `rollcall users restore <user>`: reverts a deletion. Does nothing to an account that is not deleted.
 * @throws {CommandError} for an unknown account, or one whose erasure has begun
 */
export const restoreUser = (environment: ProcessEnvironment, name: string, { json }: OutputOptions): Promise<number> =>
  changeAccount(environment, name, { verb: 'restore', json, deleted: 'allowed' }, async (change) => {
    const { trx, user, actor } = change;
    if (user.deletedAt === null) return { text: `${user.username} is not deleted\n` };
    await restoreAccount(trx, actor, user);
    return { text: `${user.username} restored\n` };
  });

/**
 * `rollcall users erase <user>`: erases an account permanently, deleted or not. Only its id remains, in the audit log.
 * If the command is interrupted, a running service completes the erasure.
 * @throws {CommandError} for an unknown account, the last administrator, or without confirmation
 */
export const eraseUser = (
  environment: ProcessEnvironment,
  name: string,
  { json, ...options }: RemovalOptions,
): Promise<number> =>
  changeAccount(
    environment,
    name,
    {
      verb: 'erase',
      json,
      deleted: 'allowed',
      before: ({ username }) =>
        assertConfirmed(environment, `Erase ${username} and all of its data? This cannot be undone.`, options),
      async after({ id }, { clock }, { db }) {
        await eraseNow(db, id, { now: clock.now(), requestMetadata: null, signal: new AbortController().signal });
      },
    },
    async ({ trx, user, now, actor }) => {
      await requestErasure(trx, user, { actorId: null, now, ...(actor.details && { details: actor.details }) });
      return { text: `${user.username} erased\n`, data: { id: user.id, username: user.username } };
    },
  );
