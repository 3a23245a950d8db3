import { BlockReason } from '../../contract/admin-user.js';
import { Instant } from '../../contract/instant.js';
import { checkValue, type SchemaOf } from '../../contract/issues.js';
import { blockAccount, issuePasswordResetToken, unblockAccount } from '../../models/accounts/account-lifecycle.js';
import { CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import type { OutputOptions } from '../output.js';
import { changeAccount, revoked } from './change-account.js';

/** Options of `rollcall users block`. */
export interface BlockOptions extends OutputOptions {
  readonly reason?: string;
  /** RFC 3339; blocked indefinitely if absent. */
  readonly until?: string;
}

const parse = <T>(schema: SchemaOf<T>, text: string, option: string): T => {
  const result = checkValue(schema, text);
  if (result.success) return result.data;
  const message = `${option} ${result.errors[0]?.message ?? 'is invalid'}`;
  throw new CommandError(message, undefined, { code: 'usage' });
};

/**
 * `rollcall users block <user>`: blocks an account and ends its sessions.
 * @throws {CommandError} for an unknown or deleted account, a time in the past, or the last administrator
 */
export const blockUser = (
  environment: ProcessEnvironment,
  name: string,
  { json, ...options }: BlockOptions,
): Promise<number> => {
  const reason = options.reason === undefined ? null : parse(BlockReason, options.reason, '--reason');
  const until = options.until === undefined ? null : parse(Instant, options.until, '--until');
  return changeAccount(environment, name, { verb: 'block', json }, async (change) => {
    const { trx, user, now, actor } = change;
    if (until !== null && until <= now) {
      throw new CommandError('--until must be in the future', undefined, { code: 'usage' });
    }
    const ended = await blockAccount(trx, actor, user, { reason, until, now });
    return { text: `${user.username} blocked; ${revoked(ended)}\n` };
  });
};

/**
 * `rollcall users unblock <user>`: lets a blocked account log in again.
 * @throws {CommandError} for an unknown or deleted account, or one that is not blocked
 */
export const unblockUser = (environment: ProcessEnvironment, name: string, { json }: OutputOptions): Promise<number> =>
  changeAccount(environment, name, { verb: 'unblock', json }, async (change) => {
    const { trx, user, actor } = change;
    if (user.status !== 'blocked') {
      throw new CommandError(`${user.username} is not blocked`, undefined, { code: 'not_blocked' });
    }
    await unblockAccount(trx, actor, user);
    return { text: `${user.username} unblocked\n` };
  });

/**
 * `rollcall users reset <user>`: issues a one-time token for a new password and prints it. The operator passes it on,
 * and never learns or sets the password. Failed logins are cleared.
 * @throws {CommandError} for an unknown or deleted account
 */
export const resetUser = (environment: ProcessEnvironment, name: string, { json }: OutputOptions): Promise<number> =>
  changeAccount(environment, name, { verb: 'reset the password of', json }, async (change, { config }) => {
    const { ttl } = config.current.auth.passwordReset;
    const { trx, actor, user, now } = change;
    const { token, expiresAt } = await issuePasswordResetToken(trx, actor, user, { now, ttl });
    const { publicUrl, basePath } = config.current.server;
    const link = publicUrl === null ? null : `${publicUrl}${basePath}/reset-password#token=${token}`;
    const expires = expiresAt.toISOString();
    return {
      text: `code: ${token}\nexpires: ${expires}\n${link === null ? '' : `link: ${link}\n`}`,
      data: { token, expires_at: expires, link },
    };
  });
