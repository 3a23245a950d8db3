import type { PreparedStatement } from '../../database/query.js';
import { maxBlockMs, growthResetMs } from '../../limits/usage.js';

const now = '$3::timestamptz';

/**
 * The parameters of one rule.
 * @param first the number of its first placeholder; the others follow
 */
const parameters = (first: number) => ({
  ceiling: `$${String(first)}::integer`,
  window: `$${String(first + 1)}::double precision * interval '1 millisecond'`,
  blockMs: `$${String(first + 2)}::double precision`,
});

/**
 * Updates an existing counter: `evaluate` of src/limits/usage.ts in SQL, evaluated under the lock of the row, so that
 * concurrent attempts cannot exceed the limit. A property test compares the two.
 *
 * `OFFSET 0` keeps the planner from flattening the subqueries. Otherwise every reference to a column is replaced by its whole
 * expression, recursively, and planning takes ten times as long. The last subquery needs none.
 */
const onConflict = (first: number): string => {
  const { ceiling, window, blockMs } = parameters(first);
  const blockLength = (blocks: string): string =>
    `least(${blockMs} * power(2, least(${blocks}, 40)), greatest(${String(maxBlockMs)}, ${blockMs})) * interval '1 millisecond'`;
  const quiet = `interval '${String(growthResetMs)} milliseconds'`;
  return `ON CONFLICT (subject, client) DO UPDATE SET
    (used, window_began_at, window_ends_at, block_began_at, block_ends_at, blocks, growth_ends_at, is_allowed, expires_at) = (
      SELECT next.*, greatest(next.window_ends, next.block_ends, next.growth_ends)
      FROM (
        SELECT least(c.window_ends_at, c.window_began_at + ${window}, ${now} + ${window}) AS window_ends,
          CASE WHEN ${blockMs} > 0 AND c.block_ends_at IS NOT NULL
            THEN least(c.block_ends_at, c.block_began_at + ${blockLength('greatest(c.blocks - 1, 0)')})
            ELSE c.block_ends_at END AS block_ends
      OFFSET 0) cut
      CROSS JOIN LATERAL (
        SELECT least(c.growth_ends_at, cut.block_ends + ${quiet}) AS growth_ends,
          coalesce(${blockMs} > 0 AND ${now} < cut.block_ends AND c.used >= ${ceiling}, false) AS is_blocked
      OFFSET 0) held
      CROSS JOIN LATERAL (
        SELECT
          CASE WHEN held.is_blocked THEN c.used
            WHEN ${now} >= cut.window_ends OR coalesce(${blockMs} > 0 AND ${now} >= cut.block_ends, false) THEN 0
            ELSE c.used END AS used,
          CASE WHEN held.is_blocked OR ${now} < held.growth_ends THEN c.blocks ELSE 0 END AS blocks
      OFFSET 0) settled
      CROSS JOIN LATERAL (
        SELECT NOT held.is_blocked AND settled.used < ${ceiling} AS is_allowed,
          NOT held.is_blocked AND settled.used >= ${ceiling} AND ${blockMs} > 0 AS begins_block
      OFFSET 0) outcome
      CROSS JOIN LATERAL (
        SELECT
          settled.used + CASE WHEN outcome.is_allowed THEN 1 ELSE 0 END AS used,
          CASE WHEN outcome.is_allowed AND settled.used = 0 THEN ${now} ELSE c.window_began_at END AS window_began,
          CASE WHEN outcome.is_allowed AND settled.used = 0 THEN ${now} + ${window} ELSE cut.window_ends END AS window_ends,
          CASE WHEN held.is_blocked THEN c.block_began_at WHEN outcome.begins_block THEN ${now} END AS block_began,
          CASE WHEN held.is_blocked THEN cut.block_ends
            WHEN outcome.begins_block THEN ${now} + ${blockLength('settled.blocks')} END AS block_ends,
          settled.blocks + CASE WHEN outcome.begins_block THEN 1 ELSE 0 END AS blocks,
          CASE WHEN outcome.begins_block THEN ${now} + ${blockLength('settled.blocks')} + ${quiet}
            WHEN settled.blocks > 0 THEN held.growth_ends END AS growth_ends,
          outcome.is_allowed
      ) next
    )
    RETURNING c.*`;
};

const columns = 'login_counters AS c (subject, client, used, window_began_at, window_ends_at, is_allowed, expires_at)';
const firstAttempt = (subject: string, client: string, first: number): string => {
  const { window } = parameters(first);
  return `SELECT ${subject}::bytea, ${client}::text, 1, ${now}, ${now} + ${window}, true, ${now} + ${window}`;
};

/**
 * Counts one attempt by name and IP address, then by name, then by account. If one counter rejects, the following ones are
 * not used. All statements lock in this order, so they cannot deadlock.
 *
 * Parameters: 1 subject of the name, 2 client, 3 time of the request, 4 subject of the account, 5 id of the account,
 * 6 time after which a login makes an address known, 7 to 9 limit, window and block (ms) of the pair, 10 to 12 those of
 * name and account.
 */
export const countStatement: PreparedStatement = {
  name: 'count-login',
  text: `
    WITH known AS (
      SELECT EXISTS (
        SELECT FROM sessions WHERE user_id = $5::uuid AND created_at > $6::timestamptz AND ip_address <<= $2::text::inet
      ) AS is_known
    ), pair AS (
      INSERT INTO ${columns} ${firstAttempt('$1', '$2', 7)} ${onConflict(7)}
    ), name AS (
      INSERT INTO ${columns} ${firstAttempt('$1', `''`, 10)} FROM pair WHERE pair.is_allowed ${onConflict(10)}
    ), account AS (
      INSERT INTO ${columns} ${firstAttempt('$4', `''`, 10)}
      FROM name, known WHERE name.is_allowed AND NOT known.is_known ${onConflict(10)}
    )
    SELECT known.is_known, counted.*
    FROM known, (
      SELECT 1 AS place, pair.* FROM pair UNION ALL SELECT 2, name.* FROM name UNION ALL SELECT 3, account.* FROM account
    ) counted`,
};
