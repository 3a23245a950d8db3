import type { Connection, Transaction } from '../../database/database.js';
import { BaseModel } from '../base-model.js';

/** The result of a batch, in numbers of records. */
export interface BatchCount {
  readonly done: number;
  readonly imported: number;
  readonly rejected: number;
}

/** The progress of the import of a file. An interrupted run continues after the last committed batch. */
export class UserImportRun extends BaseModel {
  static override readonly tableName = 'user_imports';

  declare contentHash: Buffer;
  declare recordsDone: number;
  declare recordsImported: number;
  declare recordsRefused: number;
  declare finishedAt: Date | null;

  /** bigint values arrive as text; the number of records in a file fits into a double. */
  override $parseDatabaseJson(json: Record<string, unknown>): Record<string, unknown> {
    const parsed = super.$parseDatabaseJson(json);
    for (const name of ['recordsDone', 'recordsImported', 'recordsRefused']) parsed[name] = Number(parsed[name]);
    return parsed;
  }

  /**
   * Finds the interrupted run for a file with this content, or starts a new one.
   * @param contentHash the SHA-256 of the content
   */
  static async begin(db: Connection, contentHash: Buffer): Promise<UserImportRun> {
    await UserImportRun.query(db).insert({ contentHash }).onConflict('content_hash').ignore();
    await UserImportRun.query(db)
      .patch({ recordsDone: 0, recordsImported: 0, recordsRefused: 0, finishedAt: null })
      .where({ content_hash: contentHash })
      .whereNotNull('finished_at');
    return UserImportRun.query(db).findOne({ content_hash: contentHash }).throwIfNotFound();
  }

  /**
   * Records a batch, in the transaction that imports it.
   * @returns false if another run of the same file has continued in the meantime: the batch must then be rolled back
   */
  async advance(trx: Transaction, { done, imported, rejected }: BatchCount): Promise<boolean> {
    const next = {
      recordsDone: this.recordsDone + done,
      recordsImported: this.recordsImported + imported,
      recordsRefused: this.recordsRefused + rejected,
    };
    const updatedRows = await UserImportRun.query(trx)
      .patch(next)
      .where({ id: this.id, records_done: this.recordsDone })
      .whereNull('finished_at');
    if (updatedRows !== 1) return false;
    Object.assign(this, next);
    return true;
  }

  /** Records that the whole file was imported: the next run of it starts from the beginning. */
  async finish(db: Connection, now: Date): Promise<void> {
    await UserImportRun.query(db).findById(this.id).patch({ finishedAt: now });
  }
}
