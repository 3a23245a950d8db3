import type { Connection, Transaction } from '../../database/database.js';
import { systemActor } from '../actor.js';
import { AuditEvent } from '../audit/audit-event.js';
import { canonical } from './user.js';

/** An account to create, with its id. */
export interface ImportedUser {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** See `User`. */
  readonly emailClaimed: boolean;
  readonly pendingEmail: string | null;
  readonly description: string | null;
  readonly currentGoal: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly roles: readonly string[];
  readonly status: 'active' | 'blocked';
  readonly blockedReason: string | null;
  readonly blockedUntil: Date | null;
  readonly passwordHash: string | null;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | null;
}

/** Why an account cannot be created: another one has its username, its verified address or its id. */
export type ImportConflict = 'username_taken' | 'email_taken' | 'id_taken';

const rowOf = (user: ImportedUser): object => ({
  id: user.id,
  username: user.username,
  email: user.email,
  email_verified: user.emailVerified,
  email_claimed: user.emailClaimed,
  pending_email: user.pendingEmail,
  description: user.description,
  current_goal: user.currentGoal,
  metadata: user.metadata,
  status: user.status,
  blocked_reason: user.blockedReason,
  blocked_until: user.blockedUntil,
  password_hash: user.passwordHash,
  last_login_at: user.lastLoginAt,
  created_at: user.createdAt,
  updated_at: user.createdAt,
  roles: user.roles,
});

const columns = `id, username, email, email_verified, email_claimed, pending_email, description, current_goal, metadata, status, blocked_reason,
  blocked_until, password_hash, last_login_at, created_at, updated_at`;

const recordset = `jsonb_to_recordset(:rows::jsonb) AS row (id uuid, username text, email text, email_verified boolean,
  email_claimed boolean, pending_email text, description text, current_goal text, metadata jsonb, status text, blocked_reason text, blocked_until timestamptz,
  password_hash text, last_login_at timestamptz, created_at timestamptz, updated_at timestamptz, roles text[])`;

/** Which of these names, verified addresses and ids have an account, deleted ones included. */
const findConflicts = async (
  db: Connection,
  users: readonly ImportedUser[],
): Promise<ReadonlyMap<string, ImportConflict>> => {
  const addresses = users.flatMap(({ email, emailVerified }) =>
    email !== null && emailVerified ? [canonical(email)] : [],
  );
  const { rows } = await db.raw<{ rows: { id: string; name: string; address: string | null }[] }>(
    `SELECT id, lower(username COLLATE "C") AS name, CASE WHEN email_verified THEN lower(email COLLATE "C") END AS address
      FROM users WHERE lower(username COLLATE "C") = ANY(:names)
        OR (email_verified AND lower(email COLLATE "C") = ANY(:addresses)) OR id = ANY(:ids::uuid[])`,
    { names: users.map(({ username }) => canonical(username)), addresses, ids: users.map(({ id }) => id) },
  );
  const names = new Set(rows.map(({ name }) => name));
  const taken = new Set(rows.flatMap(({ address }) => (address === null ? [] : [address])));
  const ids = new Set(rows.map(({ id }) => id));
  const conflictOf = (user: ImportedUser): ImportConflict | undefined => {
    if (names.has(canonical(user.username))) return 'username_taken';
    if (user.email !== null && user.emailVerified && taken.has(canonical(user.email))) return 'email_taken';
    return ids.has(user.id) ? 'id_taken' : undefined;
  };
  return new Map(
    users.flatMap((user): [string, ImportConflict][] => {
      const conflict = conflictOf(user);
      return conflict === undefined ? [] : [[user.id, conflict]];
    }),
  );
};

/**
 * Creates accounts with their roles and audit events. Accounts that conflict with others are skipped. Conflicts are detected
 * via the unique indexes, so concurrent imports cannot both succeed.
 * @param details of the audit events: who ran the import
 * @returns the reasons why accounts were not created, by id
 */
export const insertUsers = async (
  trx: Transaction,
  users: readonly ImportedUser[],
  details: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, ImportConflict>> => {
  if (users.length === 0) return new Map();
  const rows = JSON.stringify(users.map(rowOf));
  const inserted = await trx.raw<{ rows: { id: string }[] }>(
    `INSERT INTO users (${columns}) SELECT ${columns} FROM ${recordset} ON CONFLICT DO NOTHING RETURNING id`,
    { rows },
  );
  const ids = new Set(inserted.rows.map(({ id }) => id));
  await trx.raw(
    `INSERT INTO user_roles (user_id, role_id) SELECT row.id, r.id FROM ${recordset} JOIN roles r ON r.name = ANY(row.roles)
      WHERE row.id = ANY(:ids::uuid[])`,
    { rows, ids: [...ids] },
  );
  await AuditEvent.recordMany(
    trx,
    'user.created',
    { ...systemActor, details },
    [...ids].map((id) => ({ subjectId: id })),
  );
  const skipped = users.filter(({ id }) => !ids.has(id));
  if (skipped.length === 0) return new Map();
  // The conflicting account may have been deleted since; the conflict is then reported as a taken username.
  const conflicts = await findConflicts(trx, skipped);
  return new Map(skipped.map(({ id }) => [id, conflicts.get(id) ?? 'username_taken']));
};

/** The unique keys of an account. */
const keysOf = ({ id, username, email, emailVerified }: ImportedUser): [string, ImportConflict][] => [
  [`name ${canonical(username)}`, 'username_taken'],
  ...(email !== null && emailVerified
    ? [[`address ${canonical(email)}`, 'email_taken'] as [string, ImportConflict]]
    : []),
  [`id ${id}`, 'id_taken'],
];

/**
 * Returns what `insertUsers` would, without creating accounts: for a dry run of a whole file in one transaction. The keys
 * of earlier records are in a temporary table, so memory use does not depend on the length of the file.
 */
export const checkConflicts = async (
  trx: Transaction,
  users: readonly ImportedUser[],
): Promise<ReadonlyMap<string, ImportConflict>> => {
  if (users.length === 0) return new Map();
  await trx.raw('CREATE TEMPORARY TABLE IF NOT EXISTS rehearsed_user_keys (key text PRIMARY KEY) ON COMMIT DROP');
  const conflicts = new Map(await findConflicts(trx, users));
  const fresh = users.filter(({ id }) => !conflicts.has(id));
  const { rows } = await trx.raw<{ rows: { key: string }[] }>(
    `INSERT INTO rehearsed_user_keys (key) SELECT unnest(:keys::text[]) ON CONFLICT DO NOTHING RETURNING key`,
    { keys: fresh.flatMap((user) => keysOf(user).map(([key]) => key)) },
  );
  const unseen = new Set(rows.map(({ key }) => key));
  for (const user of fresh) {
    const seen = keysOf(user).find(([key]) => !unseen.has(key));
    if (seen !== undefined) conflicts.set(user.id, seen[1]);
    for (const [key] of keysOf(user)) unseen.delete(key);
  }
  return conflicts;
};

/** The names of all roles. */
export const allRoleNames = async (db: Connection): Promise<ReadonlySet<string>> => {
  const { rows } = await db.raw<{ rows: { name: string }[] }>('SELECT name FROM roles');
  return new Set(rows.map(({ name }) => name));
};
