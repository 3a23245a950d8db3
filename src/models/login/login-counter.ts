import { createHash } from 'node:crypto';
import type { Connection, Database, Transaction } from '../../database/database.js';
import type { Rule } from '../../limits/policy.js';
import type { Usage } from '../../limits/usage.js';
import { NIL_UUID } from '../base-model.js';
import { countStatement } from './login-counter-statement.js';
import { canonical, type User } from '../accounts/user.js';

/** The keys of the counters for one login attempt. */
export interface CounterKeys {
  /** The canonical submitted name; it need not exist. */
  readonly name: string;
  /** The account with this username or verified email address, if any. */
  readonly userId: string | undefined;
  /** The client: an IPv4 address or an IPv6 /64. */
  readonly client: string;
}

/** The state of one counter after an attempt. */
export interface CounterState {
  readonly isAllowed: boolean;
  readonly used: number;
  readonly usage: Usage;
}

/** The counters after an attempt; one that was not used is undefined. */
export interface CountedLogin {
  readonly pair: CounterState;
  readonly name: CounterState | undefined;
  readonly account: CounterState | undefined;
  /** Whether the account has had a successful login from this address within 30 days. */
  readonly isKnownAddress: boolean;
}

/** Days for which an address counts as known after a successful login from it. */
const knownAddressDays = 30;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const nameSubject = (name: string): Buffer => digest(`name\u0000${name}`);
/** An unknown name gets a counter in place of the account's, so that it takes the same work. */
const accountSubject = ({ name, userId }: Pick<CounterKeys, 'name' | 'userId'>): Buffer =>
  digest(userId === undefined ? `no account\u0000${name}` : `account\u0000${userId}`);

interface Row {
  readonly place: number;
  readonly is_known: boolean;
  readonly used: number;
  readonly is_allowed: boolean;
  readonly window_began_at: Date;
  readonly window_ends_at: Date;
  readonly block_began_at: Date | null;
  readonly block_ends_at: Date | null;
  readonly blocks: number;
  readonly growth_ends_at: Date | null;
}

const stateOf = (row: Row): CounterState => ({
  isAllowed: row.is_allowed,
  used: row.used,
  usage: {
    used: row.used,
    windowBegan: row.window_began_at.getTime(),
    windowEnds: row.window_ends_at.getTime(),
    blockBegan: row.block_began_at?.getTime() ?? 0,
    blockEnds: row.block_ends_at?.getTime() ?? 0,
    blocks: row.blocks,
    growthEnds: row.growth_ends_at?.getTime() ?? 0,
  },
});

/**
 * Counts one attempt for all instances, with one statement that commits at once: the attempt stays counted whether or not the
 * login completes. If the connection breaks, the attempt may be counted twice, but is never left out.
 * @param rules the settings of `loginPair` and `loginAccount`
 */
export const countLogin = async (
  db: Database,
  keys: CounterKeys,
  rules: { readonly pair: Rule; readonly account: Rule },
  now: Date,
): Promise<CountedLogin> => {
  const since = new Date(now.getTime() - knownAddressDays * 86_400_000);
  const values = ({ ceiling, windowMs, blockMs }: Rule): number[] => [ceiling, windowMs, blockMs];
  const rows = await db.prepared<Row>(countStatement, [
    ...[nameSubject(keys.name), keys.client, now, accountSubject(keys), keys.userId ?? NIL_UUID, since],
    ...values(rules.pair),
    ...values(rules.account),
  ]);
  const at = (place: number): CounterState | undefined => {
    const row = rows.find((candidate) => candidate.place === place);
    return row && stateOf(row);
  };
  const pair = at(1);
  if (!pair) throw new TypeError('the statement returned no counter');
  return { pair, name: at(2), account: at(3), isKnownAddress: rows[0]?.is_known === true };
};

/**
 * Uncounts a successful attempt: deletes the counter of the pair, and decrements those of name and account. A block that
 * began only because of this attempt ends. A counter whose window has changed since is not touched.
 * @param ceiling the limit of `loginAccount`
 */
export const refundLogin = async (
  db: Connection,
  keys: CounterKeys,
  { name, account }: CountedLogin,
  { ceiling }: Rule,
): Promise<void> => {
  const began = (state: CounterState | undefined): Date | null =>
    state?.isAllowed === true ? new Date(state.usage.windowBegan) : null;
  const update = (subject: string, window: string): string => `
    UPDATE login_counters AS c SET
      used = c.used - 1,
      blocks = CASE WHEN c.block_ends_at IS NOT NULL AND c.used <= :ceiling THEN greatest(c.blocks - 1, 0) ELSE c.blocks END,
      block_began_at = CASE WHEN c.used <= :ceiling THEN NULL ELSE c.block_began_at END,
      block_ends_at = CASE WHEN c.used <= :ceiling THEN NULL ELSE c.block_ends_at END
    WHERE c.subject = ${subject} AND c.client = '' AND c.used > 0 AND c.window_began_at = CAST(${window} AS timestamptz)`;
  // Each part reads the one before, which fixes the order of the locks: pair, name, account.
  await db.raw(
    `WITH pair AS (
        DELETE FROM login_counters WHERE subject = :name AND client = :client RETURNING 1
      ), name AS (${update(':name', ':nameWindow')} AND (SELECT count(*) FROM pair) >= 0 RETURNING 1
      ), account AS (${update(':account', ':accountWindow')} AND (SELECT count(*) FROM name) >= 0 RETURNING 1
      ) SELECT FROM account`,
    {
      ...{ name: nameSubject(keys.name), client: keys.client, account: accountSubject(keys), ceiling },
      ...{ nameWindow: began(name), accountWindow: began(account) },
    },
  );
};

/**
 * Deletes all failed attempts on an account: those under its username, its verified email address and its id, from
 * every client. Attempts under an unverified email address stay, since it may belong to someone else.
 */
export const clearLoginCounters = async (
  trx: Transaction,
  user: Pick<User, 'id' | 'username' | 'email' | 'emailVerified'>,
): Promise<void> => {
  const names = [user.username, ...(user.email !== null && user.emailVerified ? [user.email] : [])].map(canonical);
  const account = accountSubject({ name: '', userId: user.id });
  await trx.raw(
    `DELETE FROM login_counters WHERE (subject, client) IN (
        SELECT subject, client FROM login_counters WHERE subject = ANY(CAST(:subjects AS bytea[]))
        ORDER BY client = '', subject = :account, subject FOR UPDATE
      )`,
    { subjects: [...names.map(nameSubject), account], account },
  );
};
