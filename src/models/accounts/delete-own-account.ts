import type { Database } from '../../database/database.js';
import { deleteAccount } from './account-lifecycle.js';
import type { RequestMetadata } from '../actor.js';
import { lockOwnAccount, type OwnChange } from '../login/credential.js';

/**
 * Deletes the account of the caller.
 * @throws {AppError} see `lockOwnAccount`; last_admin
 */
export const deleteOwnAccount = (
  db: Database,
  { requestMetadata, ...change }: OwnChange & { readonly requestMetadata: RequestMetadata },
): Promise<string[]> =>
  db.transaction(async (trx) => {
    const user = await lockOwnAccount(trx, change);
    return deleteAccount(trx, { actorId: user.id, requestMetadata }, user, change);
  });
