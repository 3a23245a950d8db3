import { withBackgroundConnection } from '../database/background.js';
import { runBatches } from '../models/batches.js';
import { cleanupSteps } from '../models/expired-rows.js';
import type { Services } from '../services.js';
import type { CleanupReport } from './cleanup-report.js';

/** Time after which a step with many rows yields to the others, in milliseconds. */
const stepBudgetMs = 20_000;

/**
 * Removes expired rows, step by step and in batches, on a connection outside of the pool. A failed step is reported, and
 * the remaining steps continue on a new connection.
 */
export const removeExpiredRows = async (
  { db, clock, config }: Pick<Services, 'db' | 'clock' | 'config'>,
  report: CleanupReport,
  signal: AbortSignal,
): Promise<void> => {
  const { auth, users } = config.current;
  const queue = cleanupSteps({
    now: clock.now(),
    refreshGraceMs: auth.refresh.grace,
    greetingRetentionMs: users.greetingRetention,
  });
  for (let step = queue.shift(); step !== undefined && !signal.aborted; step = queue.shift()) {
    let current = step;
    try {
      await withBackgroundConnection(db, async (connection) => {
        for (let next: typeof step | undefined = current; next !== undefined && !signal.aborted; next = queue.shift()) {
          current = next;
          const { rows, isDone } = await runBatches(connection, current.batch, { signal, budgetMs: stepBudgetMs });
          report.removed(current.name, rows);
          if (!isDone) queue.push(current);
        }
      });
    } catch (error) {
      report.failed(current.name, error);
    }
  }
};
