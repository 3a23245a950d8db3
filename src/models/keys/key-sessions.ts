import type { Connection } from '../../database/database.js';
import type { SigningKey } from './signing-key.js';

/**
 * The number of sessions whose current access token was signed by each key, by the id of the key. A key signs from its
 * creation until the next one is created, and a session gets a token when it starts and at each refresh.
 * @param keys newest first
 * @param options.ttl lifetime of access tokens in milliseconds, for keys that have not recorded it
 */
export const sessionsOfKeys = async (
  db: Connection,
  keys: readonly SigningKey[],
  { now, ttl }: { readonly now: Date; readonly ttl: number },
): Promise<ReadonlyMap<string, number>> => {
  const signing = keys.filter(({ state }) => state !== 'next');
  const periods = signing.map((key, index) => ({
    id: key.id,
    since: new Date(Math.max(key.createdAt.getTime(), now.getTime() - (key.tokenTtlMs ?? ttl))),
    until: signing[index - 1]?.createdAt ?? null,
  }));
  const { rows } = await db.raw<{ rows: { id: string; sessions: number }[] }>(
    `SELECT period.id, (SELECT count(*)::integer FROM sessions
          WHERE coalesce(ended_at, expires_at) > :now AND last_used_at >= period.since
            AND (period.until IS NULL OR last_used_at < period.until)) AS sessions
      FROM jsonb_to_recordset(:periods::jsonb) AS period (id text, since timestamptz, until timestamptz)`,
    { now, periods: JSON.stringify(periods) },
  );
  return new Map(rows.map(({ id, sessions }) => [id, sessions]));
};
