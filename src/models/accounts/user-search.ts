import { raw, type QueryBuilder } from 'objection';
import { pageSize } from '../../contract/list.js';
import type { Connection } from '../../database/database.js';
import { isActiveSql, isBlockedSql } from './account-status.js';
import { afterCursor, keysetPage, newestFirst, type Page, type PageRequest } from '../page.js';
import { findSelectivePart } from './selective-trigram.js';
import { canonical, User } from './user.js';

/** Filter for accounts; absent fields match all. */
export interface UserFilter {
  /** Prefix or part of the username or email address, without regard to case. */
  readonly q?: string | undefined;
  readonly status?: 'active' | 'blocked' | 'deleted' | undefined;
  /** Name of a role. */
  readonly role?: string | undefined;
  /** Metadata keys and their values. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  /** Determines which blocks have expired. */
  readonly now: Date;
}

type Accounts = QueryBuilder<User>;

/** Number of the newest accounts that are searched before the search indexes are used. */
const recentAccounts = 1_000;

/** The expression of `users_search_idx`. No search text contains the line feed that separates its parts. */
const searchedText = `lower((username || E'\\n' || coalesce(email, '')) COLLATE "C")`;

const patternOf = (part: string): string => `%${canonical(part).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

/** If a selective part of the text is known, the index is used for it, and the rows are filtered by the whole text. */
const matchText = (query: Accounts, q: string, part?: string): void => {
  if (part === undefined) {
    void query.whereRaw(`${searchedText} LIKE ?`, [patternOf(q)]);
    return;
  }
  void query.whereRaw(`${searchedText} LIKE ?`, [patternOf(part)]);
  // Differs from the indexed expression, so the index is not used for it.
  void query.whereRaw(`${searchedText} || '' LIKE ?`, [patternOf(q)]);
};

/** The values that a query value can match: the text, and the number, boolean or null that it spells. */
const possibleValues = (value: string): unknown[] => {
  try {
    const parsed: unknown = JSON.parse(value);
    const isScalar = parsed === null || typeof parsed === 'boolean' || Number.isFinite(parsed);
    return isScalar ? [value, parsed] : [value];
  } catch {
    return [value];
  }
};

/** Objects of which one must be contained: with the whole key, and with the key as a path if it contains dots. */
const containerObjects = (key: string, value: unknown): unknown[] => {
  const own = { [key]: value };
  if (!key.includes('.')) return [own];
  return [own, key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)];
};

const matchMetadata = (query: Accounts, key: string, value: string): void => {
  const containers = possibleValues(value).flatMap((reading) => containerObjects(key, reading));
  void query.whereRaw(
    `(${containers.map(() => 'metadata @> ?::jsonb').join(' OR ')})`,
    containers.map((container) => JSON.stringify(container)),
  );
};

const matchStatus = (query: Accounts, status: NonNullable<UserFilter['status']>, now: Date): void => {
  if (status === 'deleted') {
    void query.whereNotNull('deleted_at');
    return;
  }
  void query.whereRaw(status === 'active' ? isActiveSql('users') : isBlockedSql('users'), { now });
};

/** Facts that the planner could not estimate. */
interface Hints {
  readonly roleId: string | undefined;
  /** A part of the search text that few accounts contain. */
  readonly part?: string | undefined;
}

/** Adds every condition of the filter. */
const applyFilter = (query: Accounts, filter: UserFilter, { roleId, part }: Hints): Accounts => {
  const { q, status, metadata = {}, createdAfter, createdBefore, now } = filter;
  if (q !== undefined) matchText(query, q, part);
  for (const [key, value] of Object.entries(metadata)) matchMetadata(query, key, value);
  if (status !== undefined) matchStatus(query, status, now);
  if (createdAfter !== undefined) void query.where('created_at', '>', createdAfter);
  if (createdBefore !== undefined) void query.where('created_at', '<', createdBefore);
  if (roleId !== undefined) {
    void query.whereRaw('EXISTS (SELECT 1 FROM user_roles ur WHERE ur.user_id = users.id AND ur.role_id = ?)', [
      roleId,
    ]);
  }
  return query;
};

/** The id of the role, as a constant: the planner then knows how many accounts have it. */
const roleIdOf = async (db: Connection, name: string): Promise<string | undefined> => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>('SELECT id FROM roles WHERE name = ?', [name]);
  return rows[0]?.id;
};

const emptyPage: Page<User> = { rows: [], nextCursor: null };

/**
 * One page of the accounts that match a filter, newest first.
 *
 * The planner cannot estimate how often a text or a value occurs, and a wrong estimate costs a scan of the whole table. So a
 * page is first searched for among the newest accounts, which finds frequent values. Other values are rare enough for the
 * search indexes, which then return all matches (the inner OFFSET 0 keeps the planner from scanning instead).
 * @throws {AppError} validation_failed for a cursor that was not issued for this list
 */
export const searchUsers = async (db: Connection, filter: UserFilter, request: PageRequest): Promise<Page<User>> => {
  const { cursor, limit = pageSize.default } = request;
  // An invalid cursor is an error also if the page is empty.
  afterCursor(User.query(db), cursor);
  const roleId = filter.role === undefined ? undefined : await roleIdOf(db, filter.role);
  if (filter.role !== undefined && roleId === undefined) return emptyPage;
  const isSearch = filter.q !== undefined || Object.keys(filter.metadata ?? {}).length > 0;
  if (!isSearch) return keysetPage(applyFilter(User.withRoles(db), filter, { roleId }), request);

  const recent = User.query(db).select('users.*').orderBy(newestFirst).limit(recentAccounts).as('users');
  afterCursor(recent, cursor);
  const found = await keysetPage(applyFilter(User.withRoles(db).from(recent), filter, { roleId }), request);
  if (found.nextCursor !== null) return found;

  const part = filter.q === undefined ? undefined : await findSelectivePart(db, canonical(filter.q));
  const matches = applyFilter(User.query(db).select('id', 'created_at'), filter, { roleId, part })
    .offset(0)
    .as('matches');
  const page = User.query(db)
    .select('id')
    .from(matches)
    .orderBy(newestFirst)
    .limit(limit + 1);
  afterCursor(page, cursor);
  return keysetPage(User.withRoles(db).where('id', '=', raw('ANY (ARRAY ?)', page)), request);
};
