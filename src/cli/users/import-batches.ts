import type { Database, Transaction } from '../../database/database.js';
import type { FieldError } from '../../errors/app-error.js';
import { insertUsers, checkConflicts, type ImportConflict, type ImportedUser } from '../../models/user-import.js';
import type { UserImportRun } from '../../models/user-import-run.js';
import { CommandError } from '../../server/process/environment.js';
import { emptyPasswordError, validateRecord, type ValidatedRecord, type ValidationContext } from './validate-record.js';
import type { Progress } from './progress.js';
import type { RawRecord } from './records.js';

/** A record that is refused. */
export interface RejectedRecord {
  readonly line: number;
  readonly faults: readonly FieldError[];
}

/** One walk through the records of a file. */
export interface ImportWork {
  readonly db: Database;
  /** Absent for a rehearsal, which changes nothing. */
  readonly run: UserImportRun | undefined;
  readonly records: AsyncIterable<RawRecord>;
  readonly terms: ValidationContext;
  readonly skipExisting: boolean;
  /** Of audit events: who runs the import. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Finds the hashes of the empty password among some. */
  readonly findEmptyPasswords: (hashes: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Aborted when the walk should stop after the batch under way. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly report: (refusal: RejectedRecord) => void;
}

/** What a walk came to. */
export interface ImportSummary {
  readonly records: number;
  readonly imported: number;
  readonly skipped: number;
  readonly refused: number;
  /** False when it was stopped before the end of the file. */
  readonly isWhole: boolean;
}

/** Records of one transaction. */
const batchSize = 500;

const conflictFaults: Readonly<Record<ImportConflict, FieldError>> = {
  username_taken: { path: '/username', code: 'username_taken', message: 'is taken' },
  email_taken: { path: '/email', code: 'email_taken', message: 'is the verified address of another account' },
  id_taken: { path: '/id', code: 'id_taken', message: 'is the id of another account' },
};

type Good = Extract<ValidatedRecord, { user: ImportedUser }>;

/** The result of a batch. */
interface Outcome {
  readonly imported: number;
  readonly skipped: number;
  readonly refusals: readonly RejectedRecord[];
}

/** Validates a batch: records to insert, and refused records. Of a duplicate id, the first record counts. */
const judgeBatch = (
  batch: readonly RawRecord[],
  terms: ValidationContext,
): { good: Good[]; refusals: RejectedRecord[] } => {
  const good: Good[] = [];
  const refusals: RejectedRecord[] = [];
  const ids = new Set<string>();
  for (const record of batch) {
    const judged = validateRecord(record, terms);
    if ('faults' in judged) refusals.push(judged);
    else if (ids.has(judged.user.id)) refusals.push({ line: judged.line, faults: [conflictFaults.id_taken] });
    else {
      ids.add(judged.user.id);
      good.push(judged);
    }
  }
  return { good, refusals };
};

/** Validates a batch, and rejects hashes of the empty password, which only a comparison detects. */
const judgeWithHashes = async (
  work: ImportWork,
  batch: readonly RawRecord[],
): Promise<ReturnType<typeof judgeBatch>> => {
  const { good, refusals } = judgeBatch(batch, work.terms);
  const empty = await work.findEmptyPasswords(good.flatMap(({ user }) => user.passwordHash ?? []));
  const isEmpty = ({ user }: Good): boolean => user.passwordHash !== null && empty.has(user.passwordHash);
  const refused = good.filter(isEmpty).map(({ line }) => ({ line, faults: [emptyPasswordError] }));
  return { good: good.filter((each) => !isEmpty(each)), refusals: [...refusals, ...refused] };
};

const outcomeOf = (
  good: readonly Good[],
  refusals: readonly RejectedRecord[],
  conflicts: ReadonlyMap<string, ImportConflict>,
  skipExisting: boolean,
): Outcome => {
  const clashes = good.flatMap(({ line, user }) => {
    const conflict = conflicts.get(user.id);
    return conflict === undefined ? [] : [{ line, conflict }];
  });
  const skipped = skipExisting ? clashes.filter(({ conflict }) => conflict === 'username_taken') : [];
  const refused = clashes
    .filter((clash) => !skipped.includes(clash))
    .map(({ line, conflict }) => ({ line, faults: [conflictFaults[conflict]] }));
  return {
    imported: good.length - clashes.length,
    skipped: skipped.length,
    refusals: [...refusals, ...refused].sort((one, other) => one.line - other.line),
  };
};

/** Brings one batch in, with the note of how far the run has come, all or nothing. */
const bringIn = async (work: ImportWork, run: UserImportRun, batch: readonly RawRecord[]): Promise<Outcome> => {
  const { good, refusals } = await judgeWithHashes(work, batch);
  return work.db.transaction(async (trx) => {
    const conflicts = await insertUsers(
      trx,
      good.map(({ user }) => user),
      work.details,
    );
    const outcome = outcomeOf(good, refusals, conflicts, work.skipExisting);
    const count = { done: batch.length, imported: outcome.imported, rejected: outcome.refusals.length };
    if (!(await run.advance(trx, count))) throw new CommandError('another run is importing the same file');
    return outcome;
  });
};

const rehearse = async (work: ImportWork, trx: Transaction, batch: readonly RawRecord[]): Promise<Outcome> => {
  const { good, refusals } = await judgeWithHashes(work, batch);
  const conflicts = await checkConflicts(
    trx,
    good.map(({ user }) => user),
  );
  return outcomeOf(good, refusals, conflicts, work.skipExisting);
};

/** Reads the records and yields them in batches, skipping those that an earlier run has processed. */
const walk = async (
  work: ImportWork,
  handle: (batch: readonly RawRecord[]) => Promise<Outcome>,
): Promise<ImportSummary> => {
  const alreadyDone = work.run?.recordsDone ?? 0;
  const sum = { records: 0, imported: 0, skipped: 0, refused: 0 };
  let seen = 0;
  let batch: RawRecord[] = [];
  const flush = async (): Promise<void> => {
    const last = batch.at(-1);
    if (last === undefined) return;
    const outcome = await handle(batch);
    sum.records += batch.length;
    sum.imported += outcome.imported;
    sum.skipped += outcome.skipped;
    sum.refused += outcome.refusals.length;
    outcome.refusals.forEach(work.report);
    work.progress.update(last.endsAt, sum.records);
    batch = [];
  };
  for await (const record of work.records) {
    seen += 1;
    if (seen <= alreadyDone) {
      if (seen === alreadyDone) work.progress.update(record.endsAt, 0);
      continue;
    }
    batch.push(record);
    if (batch.length === batchSize) await flush();
    if (work.signal.aborted) return { ...sum, isWhole: false };
  }
  await flush();
  return { ...sum, isWhole: true };
};

/**
 * Imports the records in batches, or only says what would come of it. A rehearsal is one transaction that writes nothing
 * except the keys that it has seen, into a temporary table.
 * @throws {CommandError} when another run imports the same file at the same time
 */
export const importBatches = (work: ImportWork): Promise<ImportSummary> => {
  const { run, db } = work;
  if (run !== undefined) return walk(work, (batch) => bringIn(work, run, batch));
  return db.transaction((trx) => walk(work, (batch) => rehearse(work, trx, batch)));
};
