import type { Transaction } from '../../database/database.js';
import { BaseModel } from '../base-model.js';

/** An email to be sent, and the number of emails that its recipient may get. */
export interface QuotaRequest {
  /** Keyed hash of the address; the address is not stored. */
  readonly recipient: Buffer;
  /** Number of emails allowed in one window. */
  readonly points: number;
  /** In milliseconds. */
  readonly window: number;
  readonly now: Date;
}

/** Number of emails to an address in the current window, across all instances. */
export class MailQuota extends BaseModel {
  static override readonly tableName = 'mail_allowances';
  static override readonly idColumn = 'recipient';

  /**
   * Counts one email with a single statement, so concurrent emails cannot exceed the quota. A rejected email is not
   * counted, so raising a limit allows exactly the difference.
   * @param trx the transaction that composes the email; a rollback undoes the count
   * @returns whether the email may be sent
   */
  static async consume(trx: Transaction, { recipient, points, window, now }: QuotaRequest): Promise<boolean> {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `INSERT INTO mail_allowances AS known (recipient, used, window_ends_at) VALUES (:recipient, 1, :windowEnds)
        ON CONFLICT (recipient) DO UPDATE SET
          used = CASE WHEN known.window_ends_at <= :now THEN 1 ELSE known.used + 1 END,
          window_ends_at = CASE WHEN known.window_ends_at <= :now THEN excluded.window_ends_at ELSE known.window_ends_at END
        WHERE known.window_ends_at <= :now OR known.used < :points`,
      { recipient, points, now, windowEnds: new Date(now.getTime() + window) },
    );
    return rowCount === 1;
  }
}
