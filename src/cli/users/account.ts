import { BlockReason } from '../../contract/admin-user.js';
import { Instant } from '../../contract/instant.js';
import { AppError } from '../../errors/app-error.js';
import { AuditEvent, type AuditAction } from '../../models/audit-event.js';
import { recordEndedSessions } from '../../models/ended-sessions.js';
import { clearLoginCounters } from '../../models/login-counter.js';
import { OneTimeToken } from '../../models/one-time-token.js';
import { User } from '../../models/user.js';
import { blockAccount, lockAccount, unblockAccount } from '../../models/user-lifecycle.js';
import type { Database, Transaction } from '../../database/database.js';
import type { Foundation } from '../../server/foundation.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { withDatabase } from '../with-database.js';

/** One act on one account. */
interface Act {
  readonly trx: Transaction;
  readonly user: User;
  readonly now: Date;
}

/** What may be said of a block. */
export interface BlockOptions {
  readonly reason?: string;
  /** RFC 3339; the block has no end where it is not given. */
  readonly until?: string;
}

/** What a schema made of a text. */
type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly message: string }[] } };

/** The account of a username or a verified address. */
const findUser = async (db: Database, name: string): Promise<User> => {
  const user = await db.read((reader) => User.findByLogin(reader, name));
  if (!user) throw new StartError(`there is no account ${name}`);
  return user;
};

/** Does something to a locked account that is not deleted, and prints what `work` answers. Refusals become one line. */
const actOn = (
  host: Host,
  name: string,
  work: (act: Act, foundation: Foundation) => Promise<string>,
): Promise<number> =>
  withDatabase(host, async (foundation, { db }) => {
    const { id } = await findUser(db, name);
    try {
      const told = await db.transaction(async (trx) => {
        const user = await lockAccount(trx, id);
        if (user.deletedAt !== null) throw new StartError(`${user.username} is deleted`);
        return work({ trx, user, now: foundation.clock.now() }, foundation);
      });
      host.stdout.write(told);
      return exitCodes.ok;
    } catch (error) {
      if (error instanceof AppError && error.code === 'last_admin') {
        throw new StartError(`${name} is the last administrator who can log in`);
      }
      throw error;
    }
  });

/** Nobody is known to act on the command line, hence no actor. */
const record = (
  { trx, user }: Act,
  action: AuditAction,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  AuditEvent.record(
    trx,
    { action, result: 'success', actorId: null, subjectId: user.id, details: { via: 'cli', ...details } },
    null,
  );

/**
 * `rollcall users show <username>`: prints an account as administrators see it, as JSON.
 * @throws {StartError} for an unknown name
 */
export const showUser = (host: Host, name: string): Promise<number> =>
  withDatabase(host, async ({ clock }, { db }) => {
    const user = await findUser(db, name);
    host.stdout.write(`${JSON.stringify(user.toAdmin(clock.now()), null, 2)}\n`);
    return exitCodes.ok;
  });

const parse = <T>(schema: { safeParse(text: string): Parsed<T> }, text: string, option: string): T => {
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  throw new StartError(`${option} ${result.error.issues[0]?.message ?? 'is refused'}`);
};

/**
 * `rollcall users block <username>`: blocks an account; its sessions end at once.
 * @throws {StartError} for an unknown or deleted account, a time that has passed, or the last administrator
 */
export const blockUser = (host: Host, name: string, options: BlockOptions): Promise<number> => {
  const reason = options.reason === undefined ? null : parse(BlockReason, options.reason, '--reason');
  const until = options.until === undefined ? null : parse(Instant, options.until, '--until');
  return actOn(host, name, async (act) => {
    const { trx, user, now } = act;
    if (until !== null && until <= now) throw new StartError('--until must be a time to come');
    const ended = await blockAccount(trx, user, { reason, until }, now);
    await record(act, 'user.blocked', { until: until?.toISOString() ?? null });
    await recordEndedSessions(trx, ended, { actorId: null, subjectId: user.id }, null);
    const sessions = ended.length === 1 ? '1 session has' : `${String(ended.length)} sessions have`;
    return `${user.username} is blocked; ${sessions} ended\n`;
  });
};

/**
 * `rollcall users unblock <username>`: lets a blocked account log in again.
 * @throws {StartError} for an unknown or deleted account, or one that is not blocked
 */
export const unblockUser = (host: Host, name: string): Promise<number> =>
  actOn(host, name, async (act) => {
    if (act.user.status !== 'blocked') throw new StartError(`${act.user.username} is not blocked`);
    await unblockAccount(act.trx, act.user);
    await clearLoginCounters(act.trx, act.user);
    await record(act, 'user.unblocked');
    return `${act.user.username} is no longer blocked\n`;
  });

/**
 * `rollcall users reset <username>`: issues a one-time code for a new password and prints it, once. The operator hands it
 * over, and never learns or sets the password. Failed logins are forgotten.
 * @throws {StartError} for an unknown or deleted account
 */
export const resetUser = (host: Host, name: string): Promise<number> =>
  actOn(host, name, async (act, { config }) => {
    const { ttl } = config.current.auth.passwordReset;
    const request = { purpose: 'password_reset', userId: act.user.id, address: null, now: act.now, ttl } as const;
    const { token, expiresAt } = await OneTimeToken.issue(act.trx, request);
    await clearLoginCounters(act.trx, act.user);
    await record(act, 'user.password_reset_requested');
    const { publicUrl } = config.current.server;
    const link = publicUrl === null ? '' : `link: ${publicUrl}/reset-password#token=${token}\n`;
    return `code: ${token}\nexpires: ${expiresAt.toISOString()}\n${link}`;
  });
