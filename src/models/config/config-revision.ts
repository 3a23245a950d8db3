import type { RevisionContent } from '../../config/revisions/revision-content.js';
import type { Change, RevisionTrigger } from '../../config/types.js';
import type { ConfigRevision as PublicRevision, ConfigRevisionEntry } from '../../contract/config.js';
import { decodeRevisionCursor, pageSize } from '../../contract/list.js';
import type { Connection } from '../../database/database.js';
import { BaseModel } from '../base-model.js';
import { invalidCursorError, type Page, type PageRequest } from '../page.js';

const encodeCursor = (revision: number): string => Buffer.from(`r${String(revision)}`).toString('base64url');

/** @throws {AppError} validation_failed */
const decodeCursor = (cursor: string): number => {
  const revision = decodeRevisionCursor(cursor);
  if (revision === undefined) throw invalidCursorError();
  return revision;
};

/** A change of a key in the files, and why it had no immediate effect on the instance that recorded it. */
export interface RecordedChange extends Change {
  readonly pendingRestart?: boolean;
  /** The environment variable that overrides the files. */
  readonly pinnedBy?: string;
}

/** A revision of the configuration: its number, content, time and actor. */
export class ConfigRevision extends BaseModel {
  static override readonly tableName = 'config_revisions';
  static override readonly idColumn = 'revision';

  declare revision: number;
  declare hash: string;
  declare trigger: RevisionTrigger;
  declare actorId: string | null;
  declare hostname: string;
  /** The revision to which this one rolled back. */
  declare rollbackOf: number | null;
  /** Why an operator made the change. */
  declare reason: string | null;
  declare changes: readonly RecordedChange[];
  /** The values of the files as written in YAML, by dotted key, without secrets. */
  declare stated: Readonly<Record<string, unknown>>;
  declare secretDigests: Readonly<Record<string, string>>;
  /** The keys that a mounted file set. */
  declare mounted: readonly string[];

  /** Columns that are stored as JSON. */
  static override get jsonAttributes(): string[] {
    return ['changes', 'stated', 'secretDigests', 'mounted'];
  }

  /** The primary key is the revision number, which is not generated. */
  override $beforeInsert(): void {
    return;
  }

  /** The newest revision; undefined before the first start. */
  static newest(db: Connection): Promise<ConfigRevision | undefined> {
    return ConfigRevision.query(db).orderBy('revision', 'desc').first().execute();
  }

  /** A revision by its number. */
  static numbered(db: Connection, revision: number): Promise<ConfigRevision | undefined> {
    return ConfigRevision.query(db).findOne({ revision }).execute();
  }

  /**
   * One page, newest first, without the values.
   * @throws {AppError} validation_failed for an invalid cursor
   */
  static async page(db: Connection, { limit = pageSize.default, cursor }: PageRequest): Promise<Page<ConfigRevision>> {
    const query = ConfigRevision.query(db)
      .select('revision', 'hash', 'trigger', 'actor_id', 'rollback_of', 'reason', 'changes', 'created_at', 'hostname')
      .orderBy('revision', 'desc')
      .limit(limit + 1);
    if (cursor !== undefined) void query.where('revision', '<', decodeCursor(cursor));
    const found = await query;
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows, nextCursor: found.length > limit && last ? encodeCursor(last.revision) : null };
  }

  /** What the revision contains. */
  toContent(): RevisionContent {
    return { values: this.stated, secrets: this.secretDigests, mounted: this.mounted };
  }

  /** A revision in the list of the API. */
  toEntry(): ConfigRevisionEntry {
    const { revision, hash, trigger, actorId, rollbackOf, reason, changes, createdAt } = this;
    return {
      revision,
      hash,
      created_at: createdAt.toISOString(),
      trigger,
      actor_id: actorId,
      rollback_of: rollbackOf,
      reason,
      changed: changes.map(({ key }) => key),
      pending_restart: changes.filter(({ pendingRestart }) => pendingRestart === true).map(({ key }) => key),
      no_effect: changes.flatMap(({ key, pinnedBy }) => (pinnedBy === undefined ? [] : [{ key, pinned_by: pinnedBy }])),
    };
  }

  /** A revision in the API. */
  toPublic(): PublicRevision {
    return { ...this.toEntry(), changes: this.changes.map(({ key, from, to }) => ({ key, from, to })) };
  }
}
