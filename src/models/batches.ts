import type { BackgroundConnection } from '../database/background.js';
import type { Transaction } from '../database/database.js';
import { classifyFault } from '../database/faults.js';

/** Rows that the first batch takes. */
const firstBatchRows = 5000;

/** One batch of work on rows: handles at most `limit` of them by statements of two seconds at most, and says how many. */
export type Batch = (trx: Transaction, limit: number) => Promise<number>;

/** How long, and until when, batches are run. */
export interface BatchTerms {
  /** Ends the run after the batch under way. */
  readonly signal: AbortSignal;
  /** Milliseconds after which no further batch begins; for ever by default. */
  readonly budgetMs?: number;
}

/** What a run of batches came to. */
export interface BatchOutcome {
  readonly rows: number;
  /** False when the run ended before the rows did. */
  readonly isDone: boolean;
}

/**
 * Runs batches, each in a transaction of its own, until one finds less than it may handle. A batch that takes too long is
 * tried again with a tenth of the rows.
 * @throws a fault of the database when not even one row can be handled in time
 */
export const runBatches = async (
  connection: BackgroundConnection,
  batch: Batch,
  { signal, budgetMs = Infinity }: BatchTerms,
): Promise<BatchOutcome> => {
  const startedMs = performance.now();
  let limit = firstBatchRows;
  let rows = 0;
  while (!signal.aborted && performance.now() - startedMs < budgetMs) {
    try {
      const handled = await connection.transaction((trx) => batch(trx, limit));
      rows += handled;
      if (handled < limit) return { rows, isDone: true };
    } catch (error) {
      if (limit === 1 || classifyFault(error) !== 'timeout') throw error;
      limit = Math.ceil(limit / 10);
    }
  }
  return { rows, isDone: false };
};

/**
 * A batch that deletes rows of a table. Rows that are locked are passed over: another instance handles them, or they are in
 * use.
 * @param condition SQL over the table, with named values
 */
export const deleteBatch =
  (table: string, condition: string, values: Readonly<Record<string, Date | string>>): Batch =>
  async (trx, limit) => {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM ${table} WHERE ${condition} LIMIT :limit FOR UPDATE SKIP LOCKED))`,
      { ...values, limit },
    );
    return rowCount;
  };
