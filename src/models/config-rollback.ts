import type { StoredRollback } from '../config/revisions/revision-store.js';
import type { Connection, Transaction } from '../database/database.js';
import { BaseModel } from './base-model.js';

/** The one rollback in force: values of an earlier revision that lie over the files of every instance. */
export class ConfigRollback extends BaseModel {
  static override readonly tableName = 'config_rollback';

  declare revision: number;
  declare stated: Readonly<Record<string, unknown>>;
  declare baseHash: string;
  declare actorId: string | null;

  /** The database keeps the values as JSON. */
  static override get jsonAttributes(): string[] {
    return ['stated'];
  }

  /** The one that is in force. */
  static async active(db: Connection): Promise<StoredRollback | null> {
    const row = await ConfigRollback.query(db).first();
    if (!row) return null;
    const { id, revision, stated, baseHash, actorId, createdAt } = row;
    return { id, revision, values: stated, baseHash, actorId, since: createdAt };
  }

  /** Puts one in place of whichever was there. */
  static async replace(trx: Transaction, rollback: StoredRollback): Promise<void> {
    const { id, revision, values, baseHash, actorId, since } = rollback;
    await ConfigRollback.query(trx).delete();
    await ConfigRollback.query(trx).insert({ id, revision, stated: values, baseHash, actorId, createdAt: since });
  }

  /** Removes one that is over; another that has taken its place stays. */
  static async remove(db: Connection, id: string): Promise<void> {
    await ConfigRollback.query(db).delete().where({ id });
  }
}
