import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { userRecordFields, type UserRecordText } from '../../contract/user-record.js';
import type { Database } from '../../database/database.js';
import { AuditEvent } from '../../models/audit-event.js';
import { nobody } from '../../models/base-model.js';
import type { User } from '../../models/user.js';
import { countUsers, exportBatch } from '../../models/user-export.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { withDatabase } from '../with-database.js';
import { csvLine } from './csv.js';
import { showProgress, type Progress } from './progress.js';
import { formatOf, type FileFormat } from './records.js';

/** What may be said of an export. */
export interface ExportOptions {
  readonly format?: string;
  /** With the password hashes, for a move to another installation. */
  readonly withPasswordHashes?: boolean;
  /** Replaces a file that is there. */
  readonly force?: boolean;
}

const recordOf = (user: User, now: Date, withHashes: boolean): UserRecordText => {
  const view = user.toAdmin(now);
  return {
    id: view.id,
    username: view.username,
    email: view.email,
    email_verified: view.email_verified,
    description: view.description,
    current_goal: view.current_goal,
    metadata: view.metadata,
    roles: view.roles,
    status: view.status === 'blocked' ? 'blocked' : 'active',
    blocked_reason: view.blocked_reason,
    blocked_until: view.blocked_until,
    ...(withHashes && { password_hash: user.passwordHash }),
    created_at: view.created_at,
    last_login_at: view.last_login_at,
  };
};

const cellOf = (name: string, value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (name === 'roles') return (value as readonly string[]).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** How records become text: the first line, if there is one, and one record. */
const writerOf = (
  format: FileFormat,
  withHashes: boolean,
): { readonly head: string; readonly text: (record: UserRecordText) => string } => {
  if (format === 'ndjson') return { head: '', text: (record) => `${JSON.stringify(record)}\n` };
  const fields = userRecordFields.filter((name) => withHashes || name !== 'password_hash');
  const text = (record: UserRecordText): string =>
    csvLine(fields.map((name) => cellOf(name, record[name as keyof UserRecordText])));
  return { head: csvLine(fields), text };
};

/** The text of the file, a batch at a time; `count.done` grows with it. */
async function* textOf(
  db: Database,
  { format, withHashes, now }: { format: FileFormat; withHashes: boolean; now: Date },
  count: { done: number },
  progress: Progress,
): AsyncGenerator<string> {
  const { head, text } = writerOf(format, withHashes);
  yield head;
  let last: string | undefined = nobody;
  while (last !== undefined) {
    const after: string = last;
    const batch = await db.read((reader) => exportBatch(reader, after));
    yield batch.map((user) => text(recordOf(user, now, withHashes))).join('');
    count.done += batch.length;
    progress.update(count.done, count.done);
    last = batch.at(-1)?.id;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * `rollcall users export <file>`: writes all accounts that are not deleted as NDJSON or CSV, in the form that import reads.
 * The file appears when it is whole, and only its owner may read it.
 * @throws {StartError} when the file is there already, or cannot be written
 */
export const exportUsers = async (host: Host, file: string, options: ExportOptions): Promise<number> => {
  const path = resolve(host.cwd, file);
  const format = formatOf(path, options.format);
  const withHashes = options.withPasswordHashes === true;
  if (options.force !== true && (await exists(path))) throw new StartError(`${file} is there already; say --force`);
  return withDatabase(host, async ({ clock }, { db }) => {
    const draft = `${path}.part`;
    const progress = showProgress({ host, clock, total: await db.read(countUsers) });
    const count = { done: 0 };
    try {
      const text = textOf(db, { format, withHashes, now: clock.now() }, count, progress);
      await rm(draft, { force: true });
      await pipeline(Readable.from(text), createWriteStream(draft, { mode: 0o600, flags: 'wx' }));
      const details = { via: 'cli', accounts: count.done, with_password_hashes: withHashes };
      const fact = { action: 'user.exported', result: 'success', actorId: null, subjectId: null, details } as const;
      await AuditEvent.record(db.knex, fact, null);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
      throw code === undefined ? error : new StartError(`${file} cannot be written (${code})`);
    } finally {
      progress.stop();
    }
    host.stdout.write(`${count.done.toLocaleString('en-GB')} accounts written to ${file}\n`);
    return exitCodes.ok;
  });
};
