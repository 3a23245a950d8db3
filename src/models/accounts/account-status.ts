/**
 * SQL condition: an account can log in. It is not deleted, and not blocked or its block has expired. `User.isActive` is the
 * same condition in TypeScript.
 * @param table name or alias of `users`
 * @param now placeholder of the time
 */
export const isActiveSql = (table = 'u', now = ':now'): string =>
  `${table}.deleted_at IS NULL AND (${table}.status = 'active' OR ${table}.blocked_until <= ${now})`;

/** SQL condition: an account is blocked, and neither deleted nor is its block expired. See `User.isBlocked`. */
export const isBlockedSql = (table = 'u', now = ':now'): string =>
  `${table}.deleted_at IS NULL AND ${table}.status = 'blocked' AND (${table}.blocked_until IS NULL OR ${table}.blocked_until > ${now})`;
