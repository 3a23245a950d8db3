import { AdminUserQuery, type AdminUser } from '../../contract/admin-user.js';
import { searchUsers } from '../../models/accounts/user-search.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeList, type ListLayout } from '../list.js';
import type { OutputOptions } from '../output.js';
import { parseOptions, partsOf, type PageOptions } from '../paging.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall users list`. */
export interface UserListOptions extends OutputOptions, PageOptions {
  readonly status?: string;
  readonly role?: string;
  /** Conditions, each `key=value`. */
  readonly metadata?: readonly string[];
  readonly createdAfter?: string;
  readonly createdBefore?: string;
}

/** Columns of the list of accounts. */
export const userLayout: ListLayout<AdminUser> = {
  titles: ['ID', 'USERNAME', 'EMAIL', 'STATUS', 'ROLES', 'CREATED', 'LAST LOGIN'],
  cells: (user) => [
    user.id,
    user.username,
    user.email === null ? '-' : `${user.email}${user.email_verified ? '' : ' (unverified)'}`,
    user.status,
    user.roles.join(',') || '-',
    user.created_at,
    user.last_login_at ?? '-',
  ],
  toJson: (user) => user,
  empty: 'no accounts found',
};

const parseMetadata = (text: string): [string, string] => {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandError(`--metadata must be key=value, not "${text}"`, undefined, { code: 'usage' });
};

/**
 * `rollcall users list [text]`: lists accounts, newest first, with the filters of GET /api/v1/admin/users.
 * @throws {CommandError} for options that the API would reject
 */
export const listUsers = (
  environment: ProcessEnvironment,
  text: string | undefined,
  options: UserListOptions,
): Promise<number> => {
  const { limit, cursor, status, role, metadata = [], createdAfter, createdBefore, json = false } = options;
  const query = parseOptions(AdminUserQuery, {
    ...{ limit, cursor, q: text, status, role },
    metadata: metadata.length === 0 ? undefined : Object.fromEntries(metadata.map(parseMetadata)),
    created_after: createdAfter,
    created_before: createdBefore,
  });
  return withDatabase(environment, async ({ clock }, { db }) => {
    const now = clock.now();
    const filter = {
      ...{ q: query.q, status: query.status, role: query.role, metadata: query.metadata, now },
      ...{ createdAfter: query.created_after, createdBefore: query.created_before },
    };
    const parts = partsOf(options, query, async (request) => {
      const page = await db.read((reader) => searchUsers(reader, filter, request));
      return { rows: page.rows.map((user) => user.toAdmin(now)), nextCursor: page.nextCursor };
    });
    await writeList(environment, json, userLayout, parts);
    return exitCodes.ok;
  });
};
