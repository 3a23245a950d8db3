import { searchUsers } from '../models/accounts/user-search.js';
import { exitCodes, type ProcessEnvironment } from '../server/process/environment.js';
import { writeList } from './list.js';
import type { OutputOptions } from './output.js';
import { partsOf } from './paging.js';
import { userLayout } from './users/list.js';
import { withDatabase } from './with-database.js';

/** `rollcall admin list`: every account with the role `admin`, newest first, with its status. */
export const adminList = (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> =>
  withDatabase(environment, async ({ clock }, { db }) => {
    const now = clock.now();
    const parts = partsOf({ all: true }, {}, async (request) => {
      const page = await db.read((reader) => searchUsers(reader, { role: 'admin', now }, request));
      return { rows: page.rows.map((user) => user.toAdmin(now)), nextCursor: page.nextCursor };
    });
    const empty = 'no administrators; create one with `rollcall admin create <username>`';
    await writeList(environment, json, { ...userLayout, empty }, parts);
    return exitCodes.ok;
  });
