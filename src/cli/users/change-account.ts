import { Id } from '../../contract/user.js';
import { AppError } from '../../errors/app-error.js';
import type { Actor } from '../../models/actor.js';
import { User } from '../../models/accounts/user.js';
import { lockAccount } from '../../models/accounts/account-lifecycle.js';
import type { Database, Transaction } from '../../database/database.js';
import type { DatabaseHandle } from '../../server/startup/open-database.js';
import type { CoreServices } from '../../server/startup/bootstrap.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { writeData } from '../output.js';
import { withDatabase } from '../with-database.js';

/** The transaction of a change, with the locked account. */
export interface AccountChange {
  readonly trx: Transaction;
  readonly user: User;
  readonly now: Date;
  readonly actor: Actor;
}

/** The result of a change. */
export interface AccountChangeResult {
  /** Text output, with line breaks. */
  readonly text: string;
  /** Data for `--json`. Default: the account after the change. */
  readonly data?: unknown;
}

/** Options for `changeAccount`. */
export interface AccountChangeOptions {
  readonly json?: boolean | undefined;
  /** The verb in messages, such as `block`. */
  readonly verb: string;
  /** Whether the account may be deleted. */
  readonly deleted?: 'allowed';
  /** Called before the transaction, for example to ask for confirmation. */
  readonly before?: (user: User) => Promise<void>;
  /** Called after the commit. */
  readonly after?: (user: User, core: CoreServices, database: DatabaseHandle) => Promise<void>;
}

/**
 * Finds an account, deleted or not, by id, username or verified email address. The id takes precedence, since a
 * username can look like the id of another account.
 * @throws {CommandError} not_found
 */
export const findUser = async (db: Database, name: string): Promise<User> => {
  const user = await db.read(async (reader) => {
    const found = Id.safeParse(name).success ? await User.findAccount(reader, name.toLowerCase()) : undefined;
    return found ?? (await User.findByLogin(reader, name));
  });
  if (!user) throw new CommandError(`no account matches "${name}"`, undefined, { code: 'not_found' });
  return user;
};

/** Converts an error of the model to a message about this account. */
const toCommandError = (error: unknown, verb: string, name: string): unknown => {
  if (!(error instanceof AppError)) return error;
  const reasons: Readonly<Record<string, string>> = {
    last_admin: 'the last active administrator',
    not_found: 'the account is being erased or has been erased',
  };
  const reason = reasons[error.code];
  if (reason === undefined) return error;
  return new CommandError(`cannot ${verb} ${name}: ${reason}`, undefined, { code: error.code });
};

/** Changes an account in a transaction and prints the result. */
export const changeAccount = (
  environment: ProcessEnvironment,
  name: string,
  options: AccountChangeOptions,
  work: (change: AccountChange, core: CoreServices) => Promise<AccountChangeResult>,
): Promise<number> =>
  withDatabase(environment, async (core, database) => {
    const { db } = database;
    const found = await findUser(db, name);
    try {
      await options.before?.(found);
      const { text, data } = await db.transaction(async (trx) => {
        const user = await lockAccount(trx, found.id);
        if (user.deletedAt !== null && options.deleted === undefined) {
          throw new CommandError(`cannot ${options.verb} ${user.username}: the account is deleted`, undefined, {
            code: 'account_deleted',
          });
        }
        const now = core.clock.now();
        const result = await work({ trx, user, now, actor: cliActor(environment) }, core);
        if (options.json !== true || result.data !== undefined) return result;
        return { ...result, data: (await User.findAccount(trx, user.id))?.toAdmin(now) };
      });
      await options.after?.(found, core, database);
      if (options.json === true) writeData(environment, data);
      else environment.stdout.write(text);
      return exitCodes.ok;
    } catch (error) {
      throw toCommandError(error, options.verb, found.username);
    }
  });

/** `1 session revoked`. */
export const revoked = (sessions: readonly string[]): string =>
  `${String(sessions.length)} ${sessions.length === 1 ? 'session' : 'sessions'} revoked`;
