import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvLine } from '../../contract/csv.js';
import { userRecordFields, type UserRecordText } from '../../contract/user-record.js';
import type { Database } from '../../database/database.js';
import { AuditEvent } from '../../models/audit/audit-event.js';
import { NIL_UUID } from '../../models/base-model.js';
import type { User } from '../../models/accounts/user.js';
import { countUsers, findExportBatch } from '../../models/accounts/user-export.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliActor } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';
import { showProgress, type Progress } from './progress.js';
import { formatOf, type FileFormat } from './file-format.js';

/** Options of `rollcall users export`. */
export interface ExportOptions extends OutputOptions {
  readonly format?: string;
  /** Includes password hashes, to move to another installation. */
  readonly withPasswordHashes?: boolean;
  /** Overwrites an existing file. */
  readonly force?: boolean;
}

const recordOf = (user: User, now: Date, withHashes: boolean): UserRecordText => {
  const view = user.toAdmin(now);
  return {
    id: view.id,
    username: view.username,
    email: view.email,
    email_verified: view.email_verified,
    email_claimed: user.emailClaimed,
    pending_email: view.pending_email,
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

/** Returns the header, if any, and a function that formats a record. */
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

/** Yields the text of the file batch by batch, and updates `count.done`. */
async function* textOf(
  db: Database,
  { format, withHashes, now }: { format: FileFormat; withHashes: boolean; now: Date },
  count: { done: number },
  progress: Progress,
): AsyncGenerator<string> {
  const { head, text } = writerOf(format, withHashes);
  yield head;
  let last: string | undefined = NIL_UUID;
  while (last !== undefined) {
    const after: string = last;
    const batch = await db.read((reader) => findExportBatch(reader, after));
    // Counted before `yield`: a reader that stops has still received the batch.
    count.done += batch.length;
    yield batch.map((user) => text(recordOf(user, now, withHashes))).join('');
    progress.update(count.done, count.done);
    last = batch.at(-1)?.id;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The output. `commit` renames a file to its final name. */
interface Target {
  write(text: AsyncIterable<string>): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

const fileTarget = (path: string): Target => {
  const draft = `${path}.part`;
  return {
    async write(text) {
      await rm(draft, { force: true });
      await pipeline(Readable.from(text), createWriteStream(draft, { mode: 0o600, flags: 'wx' }));
    },
    commit: () => rename(draft, path),
    discard: () => rm(draft, { force: true }),
  };
};

/** Standard output; stops early if it is closed. */
const outputTarget = ({ stdout }: ProcessEnvironment): Target => ({
  async write(text) {
    for await (const part of text) {
      stdout.write(part);
      if (stdout.writable === false) return;
    }
  },
  commit: () => Promise.resolve(),
  discard: () => Promise.resolve(),
});

/**
 * `rollcall users export <file>`: writes all accounts that are not deleted as NDJSON or CSV, in the format of `import`,
 * to a file or, for `-`, to standard output. The file is created when it is complete, readable by its owner only.
 * @throws {CommandError} if the file exists or cannot be written
 */
export const exportUsers = async (
  environment: ProcessEnvironment,
  file: string,
  options: ExportOptions,
): Promise<number> => {
  const isOutput = file === '-';
  const path = resolve(environment.cwd, file);
  const format = formatOf(file, options.format);
  const withHashes = options.withPasswordHashes === true;
  if (!isOutput && options.force !== true && (await exists(path))) {
    throw new CommandError(`${file} already exists; use --force to overwrite`, undefined, { code: 'file_exists' });
  }
  return withDatabase(environment, async ({ clock }, { db }) => {
    const target = isOutput ? outputTarget(environment) : fileTarget(path);
    const progress = showProgress({ environment, clock, total: await db.read(countUsers) });
    const count = { done: 0 };
    try {
      await target.write(textOf(db, { format, withHashes, now: clock.now() }, count, progress));
      const details = { accounts: count.done, with_password_hashes: withHashes };
      await AuditEvent.record(db.knex, 'user.exported', cliActor(environment), { details });
      await target.commit();
    } catch (error) {
      await target.discard();
      const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
      throw code === undefined ? error : new CommandError(`cannot write ${file} (${code})`);
    } finally {
      progress.stop();
    }
    const accounts = count.done === 1 ? '1 account' : `${count.done.toLocaleString('en-GB')} accounts`;
    if (isOutput) environment.stderr.write(`${accounts} exported\n`);
    else if (options.json === true) writeData(environment, { file, format, accounts: count.done });
    else environment.stdout.write(`${accounts} written to ${file}\n`);
    return exitCodes.ok;
  });
};
