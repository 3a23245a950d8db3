import type { Change } from '../config/reload/config-snapshot.js';
import type { RevisionTrigger } from '../config/types.js';
import type { ConfigRevision as PublicRevision, ConfigRevisionEntry } from '../contract/config.js';
import { pageSize } from '../contract/list.js';
import type { Connection } from '../database/database.js';
import { BaseModel } from './base-model.js';
import { invalidCursor, type Page, type PageRequest } from './page.js';

const encodeCursor = (revision: number): string => Buffer.from(`r${String(revision)}`).toString('base64url');

/** @throws {AppError} validation_failed */
const decodeCursor = (cursor: string): number => {
  const digits = /^r([1-9][0-9]{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (digits === undefined) throw invalidCursor();
  return Number(digits);
};

/** One revision of the configuration: which content came into force under which number, when, and by whom. */
export class ConfigRevision extends BaseModel {
  static override readonly tableName = 'config_revisions';
  static override readonly idColumn = 'revision';

  declare revision: number;
  declare hash: string;
  declare trigger: RevisionTrigger;
  declare actorId: string | null;
  declare hostname: string;
  /** The revision whose values a rollback put into force with this one. */
  declare rollbackOf: number | null;
  declare changes: readonly Change[];
  /** What the files stated, by dotted key in YAML's form, secrets left out. */
  declare stated: Readonly<Record<string, unknown>>;
  declare secretDigests: Readonly<Record<string, string>>;
  /** Keys of both that a mounted file set. */
  declare mounted: readonly string[];

  /** The database keeps these as JSON. */
  static override get jsonAttributes(): string[] {
    return ['changes', 'stated', 'secretDigests', 'mounted'];
  }

  /** Its key is its number, which is given. */
  override $beforeInsert(): void {
    return;
  }

  /** The newest one; none before the first instance has started. */
  static newest(db: Connection): Promise<ConfigRevision | undefined> {
    return ConfigRevision.query(db).orderBy('revision', 'desc').first().execute();
  }

  /** One by its number. */
  static numbered(db: Connection, revision: number): Promise<ConfigRevision | undefined> {
    return ConfigRevision.query(db).findOne({ revision }).execute();
  }

  /**
   * One page, newest first, by keyset on the number, without what they state.
   * @throws {AppError} validation_failed for a cursor that no list has given out
   */
  static async page(db: Connection, { limit = pageSize.default, cursor }: PageRequest): Promise<Page<ConfigRevision>> {
    const query = ConfigRevision.query(db)
      .select('revision', 'hash', 'trigger', 'actor_id', 'rollback_of', 'changes', 'created_at', 'hostname')
      .orderBy('revision', 'desc')
      .limit(limit + 1);
    if (cursor !== undefined) void query.where('revision', '<', decodeCursor(cursor));
    const found = await query;
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows, nextCursor: found.length > limit && last ? encodeCursor(last.revision) : null };
  }

  /** What operators see in a list. */
  toEntry(): ConfigRevisionEntry {
    const { revision, hash, trigger, actorId, rollbackOf, changes, createdAt } = this;
    return {
      revision,
      hash,
      created_at: createdAt.toISOString(),
      trigger,
      actor_id: actorId,
      rollback_of: rollbackOf,
      changed: changes.map(({ key }) => key),
    };
  }

  /** What operators see of one. */
  toPublic(): PublicRevision {
    return { ...this.toEntry(), changes: this.changes.map(({ key, from, to }) => ({ key, from, to })) };
  }
}
