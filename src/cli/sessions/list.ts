import { ListQuery } from '../../contract/list.js';
import type { Session as PublicSession } from '../../contract/session.js';
import { NIL_UUID } from '../../models/base-model.js';
import { Session } from '../../models/sessions/session.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeList, type ListLayout } from '../list.js';
import type { OutputOptions } from '../output.js';
import { parseOptions, partsOf, type PageOptions } from '../paging.js';
import { findUser } from '../users/change-account.js';
import { withDatabase } from '../with-database.js';

/** Options of `rollcall sessions list`. */
export type SessionListOptions = OutputOptions & PageOptions;

const layout: ListLayout<PublicSession> = {
  titles: ['ID', 'CREATED', 'LAST USED', 'EXPIRES', 'IP ADDRESS', 'USER AGENT'],
  cells: (session) => [
    session.id,
    session.created_at,
    session.last_used_at,
    session.expires_at,
    session.ip_address ?? '-',
    session.user_agent ?? '-',
  ],
  toJson: (session) => session,
  empty: 'no active sessions',
};

/**
 * `rollcall sessions list <user>`: the active sessions of an account, newest first.
 * @throws {CommandError} for an unknown account, or options that the API would reject
 */
export const listSessions = (
  environment: ProcessEnvironment,
  name: string,
  options: SessionListOptions,
): Promise<number> => {
  const request = parseOptions(ListQuery, { limit: options.limit, cursor: options.cursor });
  return withDatabase(environment, async ({ clock }, { db }) => {
    const { id } = await findUser(db, name);
    const now = clock.now();
    const parts = partsOf(options, request, async (part) => {
      const page = await db.read((reader) => Session.page(reader, id, now, part));
      return { rows: page.rows.map((session) => session.toPublic(NIL_UUID)), nextCursor: page.nextCursor };
    });
    await writeList(environment, options.json === true, layout, parts);
    return exitCodes.ok;
  });
};
