import type { MailKind } from '../../config/schema/mail-template.js';
import { canonicalEmail } from '../../contract/email.js';
import type { Connection } from '../../database/database.js';
import { BaseModel, newId } from '../base-model.js';
import type { RequestMetadata } from '../actor.js';

export type { MailKind } from '../../config/schema/mail-template.js';

/**
 * State of an email. `dropped`: it had no recipient, or an operator dropped it. `dead`: it could not be sent; it is
 * kept for operators.
 */
export type MailState = 'queued' | 'sending' | 'sent' | 'dropped' | 'dead';

/** An email to send. Its recipient and text are determined when it is composed. */
export interface MailRequest {
  readonly kind: MailKind;
  /** The account that the email is about, if known. */
  readonly userId: string | null;
  /** The submitted address or name, if any; at most 254 characters. */
  readonly address: string | null;
  readonly now: Date;
  /** Values for the template. Never secrets or tokens. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The request that caused the email, for the audit event that is written when the email is composed. */
  readonly requestMetadata?: RequestMetadata;
}

/** `RequestMetadata` in `mail_outbox.details`. Emails of earlier releases are stored in this form too. */
interface StoredRequestMetadata {
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

const toStored = ({ ipAddress, userAgent, requestId }: RequestMetadata): StoredRequestMetadata => ({
  address: ipAddress,
  userAgent,
  requestId,
});

/** The number of emails in the outbox by state. */
export interface OutboxDepth {
  readonly queued: number;
  readonly sending: number;
  readonly dead: number;
  readonly retrying: number;
  /** When the oldest waiting email was requested; null if none is waiting. */
  readonly oldestAt: Date | null;
}

/** Options for `OutgoingMail.lease`. */
export interface LeaseOptions {
  /** Maximum number of emails. */
  readonly limit: number;
  /** Duration of the lease in milliseconds. */
  readonly leaseMs: number;
  readonly now: Date;
}

/** One email of the outbox. */
export class OutgoingMail extends BaseModel {
  static override readonly tableName = 'mail_outbox';

  declare kind: MailKind;
  declare userId: string | null;
  declare address: string | null;
  declare details: Record<string, unknown>;
  declare state: MailState;
  /** Number of leases so far; together with the id, it identifies the current lease. */
  declare attempts: number;
  declare nextAttemptAt: Date;
  declare lockedUntil: Date | null;
  declare sentAt: Date | null;
  declare lastError: string | null;

  /** The database keeps `details` as JSON. */
  static override get jsonAttributes(): string[] {
    return ['details'];
  }

  /**
   * Enqueues an email, with one INSERT for any recipient.
   * @param db the transaction of the change that the email is about, so that both are stored or neither
   */
  static async enqueue(db: Connection, request: MailRequest): Promise<void> {
    const { kind, userId, address, now, requestMetadata } = request;
    const details = { ...request.details, ...(requestMetadata && { origin: toStored(requestMetadata) }) };
    await db.raw(
      `INSERT INTO mail_outbox (id, kind, user_id, address, details, next_attempt_at, created_at, updated_at)
        VALUES (:id, :kind, :userId, :address, :details, :now, :now, :now)`,
      { id: newId(), kind, userId, address, details: JSON.stringify(details), now },
    );
  }

  /**
   * Leases emails that are due or whose lease has expired, oldest first. Rows that another worker is leasing at the
   * same time are skipped, so each email has one holder. An email waits for earlier requested emails of its kind for
   * the same recipient that are due or being sent, so that the newest link arrives last and is the one that works.
   */
  static async lease(db: Connection, { limit, leaseMs, now }: LeaseOptions): Promise<OutgoingMail[]> {
    const { rows } = await db.raw<{ rows: object[] }>(
      `WITH due AS MATERIALIZED (
          SELECT id FROM mail_outbox AS due
          WHERE state IN ('queued', 'sending') AND next_attempt_at <= :now
            AND (locked_until IS NULL OR locked_until <= clock_timestamp())
            -- A scalar subquery is evaluated row by row with its index; NOT EXISTS may become a join of the whole outbox.
            AND (SELECT earlier.id FROM mail_outbox AS earlier
              WHERE earlier.state IN ('queued', 'sending') AND earlier.kind = due.kind
                AND coalesce(earlier.user_id::text, lower(earlier.address COLLATE "C"))
                  = coalesce(due.user_id::text, lower(due.address COLLATE "C"))
                AND earlier.requested_at < due.requested_at
                AND (earlier.state = 'sending' OR earlier.next_attempt_at <= :now)
              LIMIT 1) IS NULL
          ORDER BY next_attempt_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)
        UPDATE mail_outbox AS mail SET state = 'sending', attempts = mail.attempts + 1,
          locked_until = clock_timestamp() + make_interval(secs => :leaseSeconds)
        FROM due WHERE mail.id = due.id RETURNING mail.*`,
      { limit, now, leaseSeconds: leaseMs / 1000 },
    );
    return rows.map((row) => OutgoingMail.fromDatabaseJson(row));
  }

  /** The request that caused this email; null if no request did. */
  get requestMetadata(): RequestMetadata | null {
    const stored = this.details['origin'] as StoredRequestMetadata | undefined;
    return stored === undefined
      ? null
      : { ipAddress: stored.address, userAgent: stored.userAgent, requestId: stored.requestId };
  }

  /** Extends the leases of emails. */
  static async renewLeases(db: Connection, mails: readonly OutgoingMail[], leaseMs: number): Promise<void> {
    await db.raw(
      `UPDATE mail_outbox AS mail SET locked_until = clock_timestamp() + make_interval(secs => :leaseSeconds)
        FROM unnest(:ids::uuid[], :attempts::integer[]) AS held (id, attempts)
        WHERE mail.id = held.id AND mail.attempts = held.attempts AND mail.state = 'sending'`,
      { ids: mails.map(({ id }) => id), attempts: mails.map(({ attempts }) => attempts), leaseSeconds: leaseMs / 1000 },
    );
  }

  /** Records that the email was sent, and removes its address and details. */
  complete(db: Connection, now: Date): Promise<boolean> {
    return this.endLease(db, { state: 'sent', sentAt: now, address: null, details: {}, lastError: null });
  }

  /** Records that the email will not be sent: there is no recipient, or the quota of the address is exhausted. */
  drop(db: Connection, reason: string): Promise<boolean> {
    return this.endLease(db, { state: 'dropped', address: null, details: {}, lastError: reason });
  }

  /**
   * Puts the email back for another attempt.
   * @param reason a code, and the reply of the mail server without addresses
   */
  retry(db: Connection, reason: string, nextAttemptAt: Date): Promise<boolean> {
    return this.endLease(db, { state: 'queued', nextAttemptAt, lastError: reason });
  }

  /**
   * Marks the email as dead after its last attempt; operators can see and retry it.
   * @param reason a code, and the reply of the mail server without addresses
   */
  markDead(db: Connection, reason: string): Promise<boolean> {
    return this.endLease(db, { state: 'dead', lastError: reason });
  }

  /**
   * Sets a flag in the details, for what must happen once even if the email is composed several times.
   * @returns false if the flag was already set
   */
  async mark(trx: Connection, name: string): Promise<boolean> {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `UPDATE mail_outbox SET details = details || jsonb_build_object(:name::text, true)
        WHERE id = :id AND NOT details @> jsonb_build_object(:name::text, true)`,
      { name, id: this.id },
    );
    return rowCount === 1;
  }

  /**
   * Returns a leased email to the queue without counting the attempt.
   * @param why the error and the time of the next attempt, if the mail transport is down
   */
  release(
    db: Connection,
    { lastError, nextAttemptAt }: { readonly lastError?: string; readonly nextAttemptAt?: Date | undefined } = {},
  ): Promise<boolean> {
    return this.endLease(db, {
      state: 'queued',
      attempts: this.attempts - 1,
      ...(lastError !== undefined && { lastError }),
      ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    });
  }

  /** Ends the lease; false if it has expired and another worker holds the email. */
  private async endLease(
    db: Connection,
    outcome: {
      state: MailState;
      attempts?: number;
      sentAt?: Date;
      nextAttemptAt?: Date;
      address?: null;
      details?: Record<string, unknown>;
      lastError?: string | null;
    },
  ): Promise<boolean> {
    const { id, attempts } = this;
    const updated = await OutgoingMail.query(db)
      .patch({ ...outcome, lockedUntil: null })
      .where({ id, attempts, state: 'sending' });
    return updated === 1;
  }

  /** Counts the unfinished and dead emails. */
  static async depth(db: Connection): Promise<OutboxDepth> {
    const { rows } = await db.raw<{ rows: OutboxDepth[] }>(
      `SELECT count(*) FILTER (WHERE state = 'queued')::integer AS queued,
          count(*) FILTER (WHERE state = 'sending')::integer AS sending,
          count(*) FILTER (WHERE state = 'dead')::integer AS dead,
          count(*) FILTER (WHERE state = 'queued' AND last_error IS NOT NULL)::integer AS retrying,
          min(created_at) FILTER (WHERE state <> 'dead') AS "oldestAt"
        FROM mail_outbox WHERE state IN ('queued', 'sending', 'dead')`,
    );
    return rows[0] ?? { queued: 0, sending: 0, dead: 0, retrying: 0, oldestAt: null };
  }

  /** Removes emails to an address in any state, as part of an erasure. */
  static deleteByEmail(db: Connection, address: string): Promise<number> {
    return OutgoingMail.query(db)
      .delete()
      .whereRaw('lower(address COLLATE "C") = ?', [canonicalEmail(address)])
      .execute();
  }
}
