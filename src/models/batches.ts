import type { BackgroundConnection } from '../database/background.js';
import type { Transaction } from '../database/database.js';
import { classifyDatabaseError } from '../database/classify-error.js';

/** Rows in the first batch. */
const firstBatchRows = 5000;

/** Handles at most `limit` rows, with statements that may take two seconds each. Resolves to the number of rows handled. */
export type Batch = (trx: Transaction, limit: number) => Promise<number>;

/** When to stop running batches. */
export interface BatchOptions {
  /** Ends the run after the batch under way. */
  readonly signal: AbortSignal;
  /** Milliseconds after which no further batch begins; unlimited by default. */
  readonly budgetMs?: number;
}

/** The result of a run of batches. */
export interface BatchResult {
  readonly rows: number;
  /** False when rows may be left. */
  readonly isDone: boolean;
}

/**
 * Runs batches, each in a separate transaction, until one handles fewer rows than its limit. A batch that times out is
 * retried with a tenth of the rows.
 * @throws a database error when not even one row can be handled in time
 */
export const runBatches = async (
  connection: BackgroundConnection,
  batch: Batch,
  { signal, budgetMs = Infinity }: BatchOptions,
): Promise<BatchResult> => {
  const startedMs = performance.now();
  let limit = firstBatchRows;
  let rows = 0;
  while (!signal.aborted && performance.now() - startedMs < budgetMs) {
    try {
      const handled = await connection.transaction((trx) => batch(trx, limit));
      rows += handled;
      if (handled < limit) return { rows, isDone: true };
    } catch (error) {
      if (limit === 1 || classifyDatabaseError(error) !== 'timeout') throw error;
      limit = Math.ceil(limit / 10);
    }
  }
  return { rows, isDone: false };
};

/**
 * A batch that deletes rows of a table. Locked rows are skipped: another instance handles them, or they are in use.
 * @param condition an SQL condition with named parameters
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
