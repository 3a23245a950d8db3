import type { Override, OverrideState } from '../../config/override-state.js';
import type { Connection, Transaction } from '../../database/database.js';

/** A row of `config_overrides` as JSON. Undefined values are absent. */
interface OverrideRow {
  readonly key: string;
  readonly value?: unknown;
  readonly rollback_to: number | null;
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly since: string;
  readonly expires_at: string | null;
  readonly file_value?: unknown;
}

interface PendingRow {
  readonly revision: number;
  readonly since: string;
  readonly confirm_by: string;
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly max_error_ratio: number | null;
  readonly replaced: Readonly<Record<string, OverrideRow | null>>;
}

interface ScheduledRow {
  readonly id: string;
  readonly at: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly confirm_within_ms: number | null;
  readonly expires_in_ms: number | null;
  readonly max_error_ratio: number | null;
  readonly since: string;
}

/** The overrides and the newest revision, with the time of the database, in one statement and therefore of one moment. */
interface StateRow {
  readonly now: Date;
  readonly newest: { readonly revision: number; readonly hash: string } | null;
  readonly version: number;
  readonly overrides: readonly OverrideRow[];
  readonly pending: PendingRow | null;
  readonly scheduled: readonly ScheduledRow[];
}

// SQL NULL means "not set" and the JSON value null is a value, so members with SQL NULL are left out.
const stateSql = `SELECT clock_timestamp() AS now,
  (SELECT json_build_object('revision', revision, 'hash', hash)
    FROM config_revisions ORDER BY revision DESC LIMIT 1) AS newest,
  coalesce((SELECT version FROM config_override_state), 0)::float8 AS version,
  (SELECT coalesce(jsonb_agg(
      jsonb_build_object('key', key, 'rollback_to', rollback_to, 'actor_id', actor_id, 'reason', reason,
        'since', created_at, 'expires_at', expires_at)
      || CASE WHEN value IS NULL THEN '{}' ELSE jsonb_build_object('value', value) END
      || CASE WHEN file_value IS NULL THEN '{}' ELSE jsonb_build_object('file_value', file_value) END
      ORDER BY key), '[]') FROM config_overrides) AS overrides,
  (SELECT jsonb_build_object('revision', revision, 'since', created_at, 'confirm_by', confirm_by, 'actor_id', actor_id,
      'reason', reason, 'max_error_ratio', max_error_ratio, 'replaced', replaced) FROM config_pending_change) AS pending,
  (SELECT coalesce(jsonb_agg(
      jsonb_build_object('id', id, 'at', at, 'changes', changes, 'actor_id', actor_id, 'reason', reason,
        'confirm_within_ms', confirm_within_ms, 'expires_in_ms', expires_in_ms, 'max_error_ratio', max_error_ratio,
        'since', created_at)
      ORDER BY created_at, id), '[]') FROM config_scheduled_changes) AS scheduled`;

const optionalDate = (text: string | null): Date | null => (text === null ? null : new Date(text));

const toOverride = (row: OverrideRow): Override => ({
  ...{ key: row.key, value: row.value, rollbackTo: row.rollback_to, actorId: row.actor_id, reason: row.reason },
  ...{ since: new Date(row.since), expiresAt: optionalDate(row.expires_at), fileValue: row.file_value },
});

/** JSON leaves out the members that are undefined. */
const toRow = ({ key, value, rollbackTo, actorId, reason, since, expiresAt, fileValue }: Override): OverrideRow => ({
  ...{ key, value, rollback_to: rollbackTo, actor_id: actorId, reason, since: since.toISOString() },
  ...{ expires_at: expiresAt?.toISOString() ?? null, file_value: fileValue },
});

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

const toState = ({ version, overrides, pending, scheduled }: StateRow): OverrideState => ({
  version,
  overrides: overrides.map(toOverride),
  pending: pending && {
    ...{ revision: pending.revision, since: new Date(pending.since), confirmBy: new Date(pending.confirm_by) },
    ...{ actorId: pending.actor_id, reason: pending.reason, maxErrorRatio: pending.max_error_ratio },
    replaced: mapValues(pending.replaced, (row) => row && toOverride(row)),
  },
  scheduled: scheduled.map((row) => ({
    ...{ id: row.id, at: new Date(row.at), changes: row.changes, actorId: row.actor_id, reason: row.reason },
    ...{ confirmWithinMs: row.confirm_within_ms, expiresInMs: row.expires_in_ms },
    ...{ maxErrorRatio: row.max_error_ratio, since: new Date(row.since) },
  })),
});

/** The overrides in the database, the newest revision and the time of the database. */
export const readOverrideState = async (
  db: Connection,
): Promise<Pick<StateRow, 'now' | 'newest'> & { readonly overrides: OverrideState }> => {
  const { rows } = await db.raw<{ rows: StateRow[] }>(stateSql);
  const [row] = rows;
  if (row === undefined) throw new TypeError('a SELECT without FROM returned no row');
  return { now: row.now, newest: row.newest, overrides: toState(row) };
};

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** Replaces the state, and increases its version. Call it under the lock of the revisions. */
export const replaceOverrideState = async (
  trx: Transaction,
  { overrides, pending, scheduled }: OverrideState,
): Promise<number> => {
  await trx('config_overrides').delete();
  await trx('config_pending_change').delete();
  await trx('config_scheduled_changes').delete();
  // A rollback of the previous release, which this state includes.
  await trx('config_rollback').delete();
  const rows = overrides.map(({ since, ...override }) => {
    const { since: _since, value, file_value: fileValue, ...row } = toRow({ ...override, since });
    return { ...row, value: json(value), file_value: json(fileValue), created_at: since };
  });
  if (rows.length > 0) await trx('config_overrides').insert(rows);
  if (pending !== null) {
    await trx('config_pending_change').insert({
      ...{ revision: pending.revision, confirm_by: pending.confirmBy, created_at: pending.since },
      ...{ actor_id: pending.actorId, reason: pending.reason, max_error_ratio: pending.maxErrorRatio },
      replaced: JSON.stringify(mapValues(pending.replaced, (override) => override && toRow(override))),
    });
  }
  if (scheduled.length > 0) {
    await trx('config_scheduled_changes').insert(
      scheduled.map(({ id, at, changes, actorId, reason, confirmWithinMs, expiresInMs, maxErrorRatio, since }) => ({
        ...{ id, at, changes: JSON.stringify(changes), actor_id: actorId, reason, confirm_within_ms: confirmWithinMs },
        ...{ expires_in_ms: expiresInMs, max_error_ratio: maxErrorRatio, created_at: since },
      })),
    );
  }
  const { rows: counted } = await trx.raw<{ rows: { version: number }[] }>(
    `INSERT INTO config_override_state AS state (version) VALUES (1)
      ON CONFLICT ON CONSTRAINT config_override_state_pkey DO UPDATE SET version = state.version + 1
      RETURNING version::float8 AS version`,
  );
  return counted[0]?.version ?? 0;
};
