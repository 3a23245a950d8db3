import type { Transaction } from '../../database/database.js';

/** One partition of the audit log, and the first moment after its months. */
interface Partition {
  readonly name: string;
  readonly until: Date;
}

/** The partitions that were created and dropped. */
export interface PartitionChanges {
  readonly created: readonly string[];
  readonly dropped: readonly string[];
}

/** Months beyond the current one for which partitions are created in advance. */
const monthsAhead = 2;

/** How long to wait for the lock on the audit log, in milliseconds: logins write to it, and wait behind this request. */
const lockTimeoutMs = 1000;

/** The first moment of the month that lies `count` months after the one of `time`, in UTC. */
const monthAfter = (time: Date, count = 1): Date =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + count, 1));

/** The name of the partition that ends before the given month: `audit_events_2026_02` until the first of March. */
const nameOf = (until: Date): string => {
  const month = monthAfter(until, -1);
  return `audit_events_${String(month.getUTCFullYear())}_${String(month.getUTCMonth() + 1).padStart(2, '0')}`;
};

const literal = (time: Date): string => `'${time.toISOString()}'`;

/** The ranges are contiguous: each partition begins where the previous one ends, and the first is unbounded below. */
const rangeOf = (from: Date | undefined, until: Date): string =>
  `FOR VALUES FROM (${from === undefined ? 'MINVALUE' : literal(from)}) TO (${literal(until)})`;

/** Triggers of TRUNCATE are not inherited, so each partition needs its own. */
const rejectTruncate = (table: string): string =>
  `CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_audit_change()`;

/** Partitions by time, oldest first; the default partition is not among them. */
const list = async (trx: Transaction): Promise<Partition[]> => {
  const { rows } = await trx.raw<{ rows: Partition[] }>(
    `SELECT name, until FROM (
        SELECT c.relname AS name,
          (regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$ TO \\('([^']+)'\\)$re$))[1]::timestamptz AS until
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'audit_events'::regclass
      ) AS partition WHERE until IS NOT NULL ORDER BY until`,
  );
  return rows;
};

const add = async (trx: Transaction, from: Date | undefined, until: Date): Promise<string> => {
  const name = nameOf(until);
  await trx.raw(`CREATE TABLE ${name} PARTITION OF audit_events ${rangeOf(from, until)}`);
  await trx.raw(rejectTruncate(name));
  return name;
};

/**
 * Turns the default partition, which contains rows, into a partition for their months and creates a new, empty default
 * partition. No row is copied or deleted.
 */
const closeDefault = async (trx: Transaction, from: Date | undefined, until: Date): Promise<string> => {
  const name = nameOf(until);
  const { rows: indexes } = await trx.raw<{ rows: { index: string }[] }>(
    `SELECT c.relname AS index FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = 'audit_events_default'::regclass`,
  );
  await trx.raw('ALTER TABLE audit_events DETACH PARTITION audit_events_default');
  await trx.raw(`ALTER TABLE audit_events_default RENAME TO ${name}`);
  await trx.raw(`ALTER TRIGGER audit_events_default_no_truncate ON ${name} RENAME TO ${name}_no_truncate`);
  for (const { index } of indexes) {
    await trx.raw('ALTER INDEX ?? RENAME TO ??', [index, index.replace('audit_events_default', name)]);
  }
  await trx.raw(`ALTER TABLE audit_events ATTACH PARTITION ${name} ${rangeOf(from, until)}`);
  await trx.raw('CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT');
  await trx.raw(rejectTruncate('audit_events_default'));
  return name;
};

/** Creates the partitions for this month and the next ones. */
const createAhead = async (trx: Transaction, now: Date, partitions: readonly Partition[]): Promise<string[]> => {
  const created: string[] = [];
  const end = monthAfter(now, 1 + monthsAhead);
  let covered = partitions.at(-1)?.until;
  if (covered !== undefined && covered >= end) return created;
  await trx.raw('LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE');
  const { rows } = await trx.raw<{ rows: { latest: Date | null }[] }>(
    'SELECT max(created_at) AS latest FROM audit_events_default',
  );
  const latest = rows[0]?.latest ?? null;
  if (latest !== null) {
    const until = monthAfter(latest > now ? latest : now);
    created.push(await closeDefault(trx, covered, until));
    covered = until;
  }
  while (covered === undefined || covered < end) {
    const until = monthAfter(covered ?? now);
    created.push(await add(trx, covered, until));
    covered = until;
  }
  return created;
};

/**
 * Creates the partitions of the audit log for this month and the next ones, and drops those in which every row is older
 * than the retention. If another instance is doing this, it does nothing. A row can outlive the retention by up to a month,
 * until the month of its partition has ended.
 * @param retentionMs how long rows are kept, in milliseconds; 0 keeps them forever
 * @throws a database error if the audit log could not be locked within a second; nothing has changed then
 */
export const maintainAuditPartitions = async (
  trx: Transaction,
  { now, retentionMs }: { now: Date; retentionMs: number },
): Promise<PartitionChanges> => {
  const key = `hashtextextended('rollcall audit partitions in ' || coalesce(current_schema(), ''), 0)`;
  const { rows } = await trx.raw<{ rows: { free: boolean }[] }>(`SELECT pg_try_advisory_xact_lock(${key}) AS free`);
  if (rows[0]?.free !== true) return { created: [], dropped: [] };
  await trx.raw(`SET LOCAL lock_timeout = ${String(lockTimeoutMs)}`);
  const partitions = await list(trx);
  const created = await createAhead(trx, now, partitions);
  const cutoff = now.getTime() - retentionMs;
  const over = retentionMs === 0 ? [] : (await list(trx)).filter(({ until }) => until.getTime() <= cutoff);
  for (const { name } of over) await trx.raw('DROP TABLE ??', [name]);
  return { created, dropped: over.map(({ name }) => name) };
};
