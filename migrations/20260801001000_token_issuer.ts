import type { Knex } from 'knex';

/**
 * The operator who was given a password reset token, who must still be allowed to issue it when it is used. Null for emailed tokens
 * and those of the command line. No foreign key: the token becomes invalid when the account of its issuer is erased.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE one_time_tokens ADD COLUMN issued_by uuid NULL;');
};

/** Drops the issuers; open tokens stay valid. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('ALTER TABLE one_time_tokens DROP COLUMN issued_by;');
};
