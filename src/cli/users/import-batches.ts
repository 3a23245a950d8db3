import type { Database, Transaction } from '../../database/database.js';
import type { FieldError } from '../../errors/app-error.js';
import {
  insertUsers,
  checkConflicts,
  type ImportConflict,
  type ImportedUser,
} from '../../models/accounts/user-import.js';
import type { UserImportRun } from '../../models/accounts/user-import-run.js';
import { CommandError } from '../../server/process/environment.js';
import { emptyPasswordError, validateRecord, type ValidatedRecord, type ValidationContext } from './validate-record.js';
import type { Progress } from './progress.js';
import type { RawRecord } from './records.js';

/** A rejected record. */
export interface RejectedRecord {
  readonly line: number;
  readonly errors: readonly FieldError[];
}

/** Options for `importBatches`. */
export interface BatchImportOptions {
  readonly db: Database;
  /** Absent for a dry run. */
  readonly run: UserImportRun | undefined;
  readonly records: AsyncIterable<RawRecord>;
  readonly context: ValidationContext;
  readonly skipExisting: boolean;
  /** Details for the audit events: who runs the import. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Returns those of the given hashes that are hashes of the empty password. */
  readonly findEmptyPasswords: (hashes: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Aborted to stop after the current batch. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly report: (record: RejectedRecord) => void;
}

/** The result of an import. */
export interface ImportSummary {
  readonly records: number;
  readonly imported: number;
  readonly skipped: number;
  readonly rejected: number;
  /** False if it was stopped before the end of the file. */
  readonly isComplete: boolean;
}

/** Maximum number of records in one transaction. */
const batchSize = 500;

const conflictErrors: Readonly<Record<ImportConflict, FieldError>> = {
  username_taken: { path: '/username', code: 'username_taken', message: 'is taken' },
  email_taken: { path: '/email', code: 'email_taken', message: 'is the verified address of another account' },
  id_taken: { path: '/id', code: 'id_taken', message: 'is the id of another account' },
};

type ValidRecord = Extract<ValidatedRecord, { user: ImportedUser }>;

/** The result of a batch. */
interface Outcome {
  readonly imported: number;
  readonly skipped: number;
  readonly rejected: readonly RejectedRecord[];
}

/** Validates a batch: records to insert and rejected records. If an id occurs twice, the first record is used. */
const validateBatch = (
  batch: readonly RawRecord[],
  context: ValidationContext,
): { valid: ValidRecord[]; rejected: RejectedRecord[] } => {
  const valid: ValidRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const ids = new Set<string>();
  for (const record of batch) {
    const validated = validateRecord(record, context);
    if ('errors' in validated) rejected.push(validated);
    else if (ids.has(validated.user.id)) rejected.push({ line: validated.line, errors: [conflictErrors.id_taken] });
    else {
      ids.add(validated.user.id);
      valid.push(validated);
    }
  }
  return { valid, rejected };
};

/** Validates a batch, and rejects hashes of the empty password, which requires a bcrypt comparison for each hash. */
const validateWithHashes = async (
  options: BatchImportOptions,
  batch: readonly RawRecord[],
): Promise<ReturnType<typeof validateBatch>> => {
  const { valid, rejected } = validateBatch(batch, options.context);
  const empty = await options.findEmptyPasswords(valid.flatMap(({ user }) => user.passwordHash ?? []));
  const isEmpty = ({ user }: ValidRecord): boolean => user.passwordHash !== null && empty.has(user.passwordHash);
  const empties = valid.filter(isEmpty).map(({ line }) => ({ line, errors: [emptyPasswordError] }));
  return { valid: valid.filter((each) => !isEmpty(each)), rejected: [...rejected, ...empties] };
};

const outcomeOf = (
  valid: readonly ValidRecord[],
  rejected: readonly RejectedRecord[],
  conflicts: ReadonlyMap<string, ImportConflict>,
  skipExisting: boolean,
): Outcome => {
  const clashes = valid.flatMap(({ line, user }) => {
    const conflict = conflicts.get(user.id);
    return conflict === undefined ? [] : [{ line, conflict }];
  });
  const skipped = skipExisting ? clashes.filter(({ conflict }) => conflict === 'username_taken') : [];
  const conflicting = clashes
    .filter((clash) => !skipped.includes(clash))
    .map(({ line, conflict }) => ({ line, errors: [conflictErrors[conflict]] }));
  return {
    imported: valid.length - clashes.length,
    skipped: skipped.length,
    rejected: [...rejected, ...conflicting].sort((one, other) => one.line - other.line),
  };
};

/** Imports one batch and records the progress of the run in one transaction. */
const importBatch = async (
  options: BatchImportOptions,
  run: UserImportRun,
  batch: readonly RawRecord[],
): Promise<Outcome> => {
  const { valid, rejected } = await validateWithHashes(options, batch);
  return options.db.transaction(async (trx) => {
    const conflicts = await insertUsers(
      trx,
      valid.map(({ user }) => user),
      options.details,
    );
    const outcome = outcomeOf(valid, rejected, conflicts, options.skipExisting);
    const count = { done: batch.length, imported: outcome.imported, rejected: outcome.rejected.length };
    if (!(await run.advance(trx, count))) throw new CommandError('another run is importing the same file');
    return outcome;
  });
};

const checkBatch = async (
  options: BatchImportOptions,
  trx: Transaction,
  batch: readonly RawRecord[],
): Promise<Outcome> => {
  const { valid, rejected } = await validateWithHashes(options, batch);
  const conflicts = await checkConflicts(
    trx,
    valid.map(({ user }) => user),
  );
  return outcomeOf(valid, rejected, conflicts, options.skipExisting);
};

/** Reads the records and handles them in batches; records that an earlier run has processed are skipped. */
const processRecords = async (
  options: BatchImportOptions,
  handle: (batch: readonly RawRecord[]) => Promise<Outcome>,
): Promise<ImportSummary> => {
  const alreadyDone = options.run?.recordsDone ?? 0;
  const sum = { records: 0, imported: 0, skipped: 0, rejected: 0 };
  let seen = 0;
  let batch: RawRecord[] = [];
  const flush = async (): Promise<void> => {
    const last = batch.at(-1);
    if (last === undefined) return;
    const outcome = await handle(batch);
    sum.records += batch.length;
    sum.imported += outcome.imported;
    sum.skipped += outcome.skipped;
    sum.rejected += outcome.rejected.length;
    outcome.rejected.forEach(options.report);
    options.progress.update(last.endsAt, sum.records);
    batch = [];
  };
  for await (const record of options.records) {
    seen += 1;
    if (seen <= alreadyDone) {
      if (seen === alreadyDone) options.progress.update(record.endsAt, 0);
      continue;
    }
    batch.push(record);
    if (batch.length === batchSize) await flush();
    if (options.signal.aborted) return { ...sum, isComplete: false };
  }
  await flush();
  return { ...sum, isComplete: true };
};

/**
 * Imports the records in batches, or only validates them. A dry run is one transaction that writes only the keys of the
 * records, into a temporary table.
 * @throws {CommandError} if another run imports the same file at the same time
 */
export const importBatches = (options: BatchImportOptions): Promise<ImportSummary> => {
  const { run, db } = options;
  if (run !== undefined) return processRecords(options, (batch) => importBatch(options, run, batch));
  return db.transaction((trx) => processRecords(options, (batch) => checkBatch(options, trx, batch)));
};
