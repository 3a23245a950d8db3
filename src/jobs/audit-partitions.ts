import { maintainAuditPartitions } from '../models/audit/audit-partition.js';
import type { Services } from '../services.js';

/** Creates the next partitions of the audit log, and drops partitions that are older than `audit.retention`. */
export const updateAuditPartitions = async ({ db, clock, config, log }: Services): Promise<void> => {
  const options = { now: clock.now(), retentionMs: config.current.audit.retention };
  const { created, dropped } = await db.transaction((trx) => maintainAuditPartitions(trx, options));
  if (created.length > 0) {
    log.info({ event: 'audit.partitions_created', partitions: created }, 'audit partitions created');
  }
  if (dropped.length > 0) {
    log.info(
      { event: 'audit.partitions_dropped', partitions: dropped },
      'audit partitions past their retention dropped',
    );
  }
};
