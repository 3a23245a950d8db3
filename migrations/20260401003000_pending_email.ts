import type { Knex } from 'knex';

const kindsBefore = `'email_verification', 'password_reset', 'magic_link', 'inactive_warning'`;
const notices = `'email_change_requested', 'email_changed', 'password_changed', 'account_claimed'`;

const touchedBefore = `username, email, email_verified, description, current_goal, metadata, status, blocked_reason,
  blocked_until, deleted_at`;

const triggerOn = (columns: string): string => `
  DROP TRIGGER users_touch_updated_at ON users;
  CREATE TRIGGER users_touch_updated_at BEFORE UPDATE OF ${columns}
    ON users FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
`;

/**
 * A new email address is stored in `pending_email` while the current one is verified. `email_claimed` is false after an
 * address was verified without a session of its account, until its owner logs in with a mailed link or resets the
 * password. The default is true: addresses verified earlier, or by the previous release, count as claimed (ADR 22). The
 * outbox also takes notices about changes of an account.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    ALTER TABLE users
      ADD COLUMN pending_email text NULL,
      ADD COLUMN email_claimed boolean NOT NULL DEFAULT true,
      ADD CONSTRAINT users_pending_email_check CHECK (char_length(pending_email) <= 254);
    ${triggerOn(`${touchedBefore}, pending_email`)}
    ALTER TABLE mail_outbox
      DROP CONSTRAINT mail_outbox_kind_check,
      ADD CONSTRAINT mail_outbox_kind_check CHECK (kind IN (${kindsBefore}, ${notices}));
  `);
};

/** Drops pending addresses, the claims of addresses, and unsent notices. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw(`
    DELETE FROM mail_outbox WHERE kind IN (${notices});
    ALTER TABLE mail_outbox
      DROP CONSTRAINT mail_outbox_kind_check,
      ADD CONSTRAINT mail_outbox_kind_check CHECK (kind IN (${kindsBefore}));
    ${triggerOn(touchedBefore)}
    ALTER TABLE users DROP COLUMN pending_email, DROP COLUMN email_claimed;
  `);
};
