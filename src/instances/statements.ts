import { topics } from './invalidation-handlers.js';

/** How long an instance may use its local caches after a heartbeat, in milliseconds. */
export const leaseMs = 2000;

/** Channels are shared by the whole database, so the name includes a hash of the schema (at most 63 bytes). */
const channel = `'rollcall_cluster_' || md5(coalesce(current_schema(), ''))`;

/**
 * Increments the version of a topic and notifies the other instances on commit.
 * Parameter `?`: the topic. Returns the version.
 */
export const publishSql = `WITH published AS (
    INSERT INTO cluster_topics AS t (topic, version) VALUES (?, 1)
      ON CONFLICT (topic) DO UPDATE SET version = t.version + 1 RETURNING version)
  SELECT version::float8 AS version, pg_notify(${channel}, '') FROM published`;

/** Subscribes a connection to notifications. LISTEN takes an identifier, not a parameter, hence the DO block. */
export const listenSql = `DO $$ BEGIN EXECUTE format('LISTEN %I', ${channel}); END $$`;

/**
 * Other instances that hold a lease and have not acknowledged a version of a topic.
 * Parameters `?`: the id of this instance, the topic, the version.
 */
export const unacknowledgedSql = `SELECT id, hostname, pid FROM instances
  WHERE id <> ?::uuid AND lease_until > clock_timestamp() AND coalesce((acknowledged ->> ?)::bigint, 0) < ?`;

/** Topics that later releases add are ignored. */
const knownTopics = topics.map((topic) => `'${topic}'`).join(', ');

/**
 * Heartbeat: records what this instance has applied, and inserts its row if it is missing. The lease is extended only if
 * the instance has applied everything, so the others do not wait long for an instance that fails to.
 */
export const heartbeatSql = `WITH own AS (
    SELECT $7::jsonb AS acknowledged, clock_timestamp() AS now, NOT EXISTS (
      SELECT FROM cluster_topics t
        WHERE t.topic IN (${knownTopics}) AND t.version > coalesce(($7::jsonb ->> t.topic)::bigint, 0)) AS is_current)
  INSERT INTO instances AS i
    (id, hostname, pid, version, revision, hash, acknowledged, lease_until, last_seen_at)
    SELECT $1::uuid, $2, $3::integer, $4, $5::bigint, $6, acknowledged,
      CASE WHEN is_current THEN now + interval '${String(leaseMs)} ms' ELSE now END, now FROM own
  ON CONFLICT ON CONSTRAINT instances_pkey DO UPDATE SET revision = excluded.revision, hash = excluded.hash,
    acknowledged = excluded.acknowledged, last_seen_at = excluded.last_seen_at,
    lease_until = CASE WHEN (SELECT is_current FROM own) THEN excluded.lease_until ELSE i.lease_until END
  RETURNING (SELECT is_current FROM own) AS "isCurrent"`;

/** The current version of each topic, and the number of instances that hold a lease. */
export const pollSql = `SELECT
    (SELECT coalesce(jsonb_object_agg(topic, version), '{}') FROM cluster_topics) AS versions,
    (SELECT count(*) FROM instances WHERE lease_until > clock_timestamp()) AS live`;

/** Deletes instances that have sent no heartbeat for an hour. */
export const pruneSql = `DELETE FROM instances WHERE id IN (
  SELECT id FROM instances WHERE last_seen_at < clock_timestamp() - interval '1 hour' FOR UPDATE SKIP LOCKED)`;

/** Deletes the row of this instance, so that the others stop waiting for it. */
export const unregisterSql = 'DELETE FROM instances WHERE id = $1::uuid';
