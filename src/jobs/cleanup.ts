import type { Services } from '../services.js';
import { eraseOverdueAccounts } from './account-erasure.js';
import { updateAuditPartitions } from './audit-partitions.js';
import { cleanupReport } from './cleanup-report.js';
import { removeExpiredRows } from './expired-rows.js';
import { deleteInactiveAccounts } from './inactive-accounts.js';
import { schedule } from './schedule.js';

/**
 * Starts the jobs that run every `users.cleanupInterval` and at the start. They are independent: if one fails, the others
 * continue.
 * @returns stops the jobs; resolves when the current runs have ended
 */
export const startCleanup = (services: Services): (() => Promise<void>) => {
  const { config, log, metrics } = services;
  const report = cleanupReport(log, metrics);
  const jobs = {
    erasure: (signal: AbortSignal) => eraseOverdueAccounts(services, signal, report),
    unused_accounts: (signal: AbortSignal) => deleteInactiveAccounts(services, signal, report),
    audit_partitions: () => updateAuditPartitions(services),
    expired_rows: (signal: AbortSignal) => removeExpiredRows(services, report, signal),
  };
  const schedules = Object.entries(jobs).map(([name, run]) =>
    schedule(
      {
        name,
        intervalMs: () => config.current.users.cleanupInterval,
        runsAtStart: true,
        async run(signal) {
          await run(signal);
          log.debug({ event: 'cleanup.finished', job: name }, 'cleanup finished');
        },
        onFailure(error) {
          report.failed(name, error);
        },
      },
      services,
    ),
  );
  return async () => {
    await Promise.all(schedules.map((each) => each.stop()));
  };
};
