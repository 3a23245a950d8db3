import { classifyDatabaseError } from '../database/classify-error.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';

/** Reports the removal of rows and accounts to operators. */
export interface CleanupReport {
  /** Rows were removed. */
  removed(step: string, rows: number): void;
  /** A cleanup step failed. */
  failed(step: string, error: unknown): void;
  /** An account could not be erased; the erasure is retried later. */
  erasureFailed(userId: string, error: unknown): void;
  /** The number of accounts whose erasure is waiting for a retry. */
  erasuresWaiting(count: number): void;
}

/** Reports to the log only. */
export const logReport = (log: Logger): CleanupReport => ({
  removed(step, rows) {
    if (rows > 0) log.debug({ event: 'cleanup.rows_removed', step, rows }, 'expired rows removed');
  },
  failed(step, error) {
    log.warn({ event: 'cleanup.step_failed', step, err: error }, 'cleanup step failed; retrying at the next interval');
  },
  erasureFailed(userId, error) {
    const reason = classifyDatabaseError(error) ?? 'error';
    log.warn(
      { event: 'cleanup.erasure_failed', user_id: userId, reason, err: error },
      'account erasure failed; retrying later',
    );
  },
  erasuresWaiting: () => undefined,
});

/** Reports to the log and to metrics. Call it once per registry. */
export const cleanupReport = (log: Logger, metrics: Metrics): CleanupReport => {
  const toLog = logReport(log);
  const removed = metrics.counter('rollcall_cleanup_rows_removed_total', 'Expired rows removed, by cleanup step.', [
    'step',
  ]);
  const failures = metrics.counter('rollcall_cleanup_failures_total', 'Failed runs of cleanup steps, by step.', [
    'step',
  ]);
  const waiting = metrics.gauge(
    'rollcall_account_erasures_failing',
    'Number of accounts whose erasure failed and will be retried.',
  );
  return {
    removed(step, rows) {
      toLog.removed(step, rows);
      removed.inc({ step }, rows);
    },
    failed(step, error) {
      toLog.failed(step, error);
      failures.inc({ step });
    },
    erasureFailed(userId, error) {
      toLog.erasureFailed(userId, error);
      failures.inc({ step: 'erasure' });
    },
    erasuresWaiting(count) {
      waiting.set(count);
    },
  };
};
