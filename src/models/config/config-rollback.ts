import type { StoredRollback } from '../../config/revisions/revision-content.js';
import type { Connection, Transaction } from '../../database/database.js';
import { BaseModel } from '../base-model.js';

/** The active rollback, if there is one: values of an earlier revision override the files of every instance. */
export class ConfigRollback extends BaseModel {
  static override readonly tableName = 'config_rollback';

  declare revision: number;
  declare stated: Readonly<Record<string, unknown>>;
  declare baseHash: string;
  declare actorId: string | null;

  /** Columns that are stored as JSON. */
  static override get jsonAttributes(): string[] {
    return ['stated'];
  }

  /** The active rollback. */
  static async active(db: Connection): Promise<StoredRollback | null> {
    const row = await ConfigRollback.query(db).first();
    if (!row) return null;
    const { id, revision, stated, baseHash, actorId, createdAt } = row;
    return { id, revision, values: stated, baseHash, actorId, since: createdAt };
  }

  /** Replaces the active rollback. */
  static async replace(trx: Transaction, rollback: StoredRollback): Promise<void> {
    const { id, revision, values, baseHash, actorId, since } = rollback;
    await ConfigRollback.query(trx).delete();
    await ConfigRollback.query(trx).insert({ id, revision, stated: values, baseHash, actorId, createdAt: since });
  }

  /** Deletes a rollback that has ended; a later one is kept. */
  static async remove(db: Connection, id: string): Promise<void> {
    await ConfigRollback.query(db).delete().where({ id });
  }
}
