import type pg from 'pg';

/** How long to wait for terminated sessions to end, in milliseconds. */
const timeoutMs = 2_000;

/**
 * Terminates sessions, and waits until PostgreSQL no longer lists them; by then they have released their locks.
 * `pg_terminate_backend(pid, timeout)` waits too, but it checks only every 100 ms, for one session after the other.
 */
export const terminateSessions = async (client: pg.Client, pids: readonly number[]): Promise<void> => {
  await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids]);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE pid = ANY ($1::int[])', [pids]);
    if (rowCount === 0 || performance.now() >= deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
