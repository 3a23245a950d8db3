import { classifyDatabaseError } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import { NIL_UUID } from '../models/base-model.js';

const isSkipped = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'not_found' || error.code === 'last_admin');

/** An operation on many accounts. */
interface AccountLoop {
  /** The ids that follow the given one, in order; empty at the end. */
  readonly nextBatch: (after: string) => Promise<readonly string[]>;
  /** The operation; resolves to whether it changed the account. */
  readonly run: (id: string) => Promise<boolean>;
  readonly onFailure: (id: string, error: unknown) => void | Promise<void>;
  readonly signal: AbortSignal;
}

/** Whether the error affects every account, so that the loop ends. */
const isGlobalError = (error: unknown): boolean =>
  ['connection', 'read_only', 'disk_full', 'pool_exhausted'].includes(classifyDatabaseError(error) ?? '');

/**
 * Runs an operation on many accounts. Accounts that no longer exist and the last administrator are skipped; a failure on
 * one account does not stop the others.
 * @returns the number of accounts that were changed
 * @throws the error if it affects every account
 */
export const forEachAccount = async ({ nextBatch, run, onFailure, signal }: AccountLoop): Promise<number> => {
  let changed = 0;
  let batch = await nextBatch(NIL_UUID);
  while (batch.length > 0) {
    for (const id of batch) {
      if (signal.aborted) return changed;
      try {
        if (await run(id)) changed += 1;
      } catch (error) {
        if (isSkipped(error)) continue;
        if (isGlobalError(error)) throw error;
        await onFailure(id, error);
      }
    }
    batch = await nextBatch(batch.at(-1) ?? NIL_UUID);
  }
  return changed;
};
