import type { Knex } from 'knex';

/**
 * Index on the cost in each password hash. The highest cost determines how much work a login does, so that unknown names
 * take as long as existing accounts. bcrypt hashes have 60 characters at the end of the stored form, and begin with
 * `$2b$12$`.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE INDEX users_password_cost_idx ON users ((substr(right(password_hash, 60), 5, 2) COLLATE "C"));
  `);
};

/** Drops the index. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP INDEX users_password_cost_idx;');
};
