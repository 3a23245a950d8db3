import { topics } from './topic.js';

/** How long an instance may trust its memory after a heartbeat, in milliseconds. */
export const leaseMs = 2000;

/** Notifications reach the whole database, so the channel says which schema they are for (63 bytes at most). */
const channel = `'rollcall_cluster_' || md5(coalesce(current_schema(), ''))`;

/**
 * Counts an announcement, and wakes the other instances when its transaction commits.
 * Takes the topic as `?`; gives the version.
 */
export const announceSql = `WITH told AS (
    INSERT INTO cluster_topics AS t (topic, version) VALUES (?, 1)
      ON CONFLICT (topic) DO UPDATE SET version = t.version + 1 RETURNING version)
  SELECT version::float8 AS version, pg_notify(${channel}, '') FROM told`;

/** Lets a connection hear announcements: a channel is a name, not a value, hence the block. */
export const listenSql = `DO $$ BEGIN EXECUTE format('LISTEN %I', ${channel}); END $$`;

/**
 * Those who may still trust what they hold of a topic, and have not yet acted on a version of it.
 * Takes the own id, the topic and the version, as `?`.
 */
export const waitedForSql = `SELECT id, hostname, pid FROM instances
  WHERE id <> ?::uuid AND lease_until > clock_timestamp() AND coalesce((acknowledged ->> ?)::bigint, 0) < ?`;

/** The topics of this release: what a later one announces beside them is none of its business. */
const known = topics.map((topic) => `'${topic}'`).join(', ');

/**
 * Says that an instance lives, and what it has acted on. The lease is extended only by an instance that has acted on all
 * there is: one that cannot is soon waited for no longer. Also puts a row back that somebody has removed.
 */
export const beatSql = `WITH own AS (
    SELECT $7::jsonb AS acknowledged, clock_timestamp() AS now, NOT EXISTS (
      SELECT FROM cluster_topics t WHERE t.topic IN (${known}) AND t.version > coalesce(($7::jsonb ->> t.topic)::bigint, 0)) AS is_current)
  INSERT INTO instances AS i
    (id, hostname, pid, version, revision, hash, acknowledged, lease_until, last_seen_at)
    SELECT $1::uuid, $2, $3::integer, $4, $5::bigint, $6, acknowledged,
      CASE WHEN is_current THEN now + interval '${String(leaseMs)} ms' ELSE now END, now FROM own
  ON CONFLICT ON CONSTRAINT instances_pkey DO UPDATE SET revision = excluded.revision, hash = excluded.hash,
    acknowledged = excluded.acknowledged, last_seen_at = excluded.last_seen_at,
    lease_until = CASE WHEN (SELECT is_current FROM own) THEN excluded.lease_until ELSE i.lease_until END
  RETURNING (SELECT is_current FROM own) AS "isCurrent"`;

/** What has been announced so far, and how many instances hold a lease. */
export const lookSql = `SELECT
    (SELECT coalesce(jsonb_object_agg(topic, version), '{}') FROM cluster_topics) AS versions,
    (SELECT count(*) FROM instances WHERE lease_until > clock_timestamp()) AS live`;

/** Removes those who have not been seen for an hour: they were killed, and nobody asks for them any more. */
export const pruneSql = `DELETE FROM instances WHERE id IN (
  SELECT id FROM instances WHERE last_seen_at < clock_timestamp() - interval '1 hour' FOR UPDATE SKIP LOCKED)`;

/** Nobody has to wait for one who has left. */
export const leaveSql = 'DELETE FROM instances WHERE id = $1::uuid';
