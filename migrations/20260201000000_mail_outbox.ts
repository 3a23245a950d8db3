import type { Knex } from 'knex';

/**
 * Mail to be sent, written in the transaction of the change that it is about. The row contains neither a token nor the text
 * of a mail: the worker creates both when it composes the mail. `address` is what a request contained, and is removed once
 * the mail is sent. `locked_until` is the lease of the worker that sends it, in database time, which all workers share.
 * `last_error` is a code.
 */
export const up = async (db: Knex): Promise<void> => {
  await db.raw(`
    CREATE TABLE mail_outbox (
      id uuid NOT NULL,
      kind text NOT NULL,
      user_id uuid NULL,
      address text NULL,
      details jsonb NOT NULL DEFAULT '{}',
      state text NOT NULL DEFAULT 'queued',
      attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      locked_until timestamptz(3) NULL,
      sent_at timestamptz(3) NULL,
      last_error text NULL,
      created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
      CONSTRAINT mail_outbox_pkey PRIMARY KEY (id),
      CONSTRAINT mail_outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT mail_outbox_kind_check
        CHECK (kind IN ('email_verification', 'password_reset', 'magic_link', 'inactive_warning')),
      CONSTRAINT mail_outbox_state_check CHECK (state IN ('queued', 'sending', 'sent', 'dropped', 'dead')),
      CONSTRAINT mail_outbox_address_check CHECK (char_length(address) <= 254),
      CONSTRAINT mail_outbox_details_check CHECK (jsonb_typeof(details) = 'object'),
      CONSTRAINT mail_outbox_attempts_check CHECK (attempts >= 0),
      CONSTRAINT mail_outbox_lease_check CHECK ((state = 'sending') = (locked_until IS NOT NULL)),
      CONSTRAINT mail_outbox_sent_check CHECK ((state = 'sent') = (sent_at IS NOT NULL))
    );

    CREATE INDEX mail_outbox_due_idx ON mail_outbox (next_attempt_at, id) WHERE state IN ('queued', 'sending');
    CREATE INDEX mail_outbox_dead_idx ON mail_outbox (created_at) WHERE state = 'dead';
    CREATE INDEX mail_outbox_user_id_idx ON mail_outbox (user_id);
    CREATE INDEX mail_outbox_address_idx ON mail_outbox (lower(address COLLATE "C")) WHERE address IS NOT NULL;
    CREATE INDEX mail_outbox_updated_at_idx ON mail_outbox (updated_at) WHERE state IN ('sent', 'dropped', 'dead');

    CREATE TRIGGER mail_outbox_touch_updated_at
      BEFORE UPDATE ON mail_outbox FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
  `);
};

/** Drops unsent mail and the record of sent mail. */
export const down = async (db: Knex): Promise<void> => {
  await db.raw('DROP TABLE mail_outbox;');
};
