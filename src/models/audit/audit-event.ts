import { auditActions, type AuditAction, type AuditEvent as PublicAuditEvent } from '../../contract/audit-event.js';
import type { Connection } from '../../database/database.js';
import type { Actor } from '../actor.js';
import { BaseModel, newId } from '../base-model.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';

/** The fields of an audit event besides its action and its actor. */
export interface AuditEventFields {
  /** The account that was changed, if any. */
  readonly subjectId?: string | null;
  /** `success` by default. */
  readonly result?: 'success' | 'failure';
  /**
   * IDs, codes and names of fields; never a secret. The only personal data is the reason for a block, which an erasure removes
   * (see `removeBlockReasons`).
   */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Filter for audit events; `since` and `until` are inclusive. */
export interface AuditFilter {
  readonly id?: string | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  /** An action, or a prefix of actions followed by `*`. */
  readonly action?: string | undefined;
  /** Prefix of the action. */
  readonly actionPrefix?: string | undefined;
  readonly result?: 'success' | 'failure' | undefined;
  readonly request_id?: string | undefined;
  readonly ip?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The actions that match a filter. As a list, so that a prefix can use the index on actions too. */
const actionsNamed = (filter: string): readonly string[] =>
  filter.endsWith('*') ? auditActions.filter((action) => action.startsWith(filter.slice(0, -1))) : [filter];

/** A row of the audit log: append-only in the database, and kept after the accounts in it are erased. */
export class AuditEvent extends BaseModel {
  static override readonly tableName = 'audit_events';

  declare action: AuditAction;
  declare result: 'success' | 'failure';
  declare actorId: string | null;
  declare subjectId: string | null;
  declare ipAddress: string | null;
  declare userAgent: string | null;
  declare requestId: string | null;
  declare details: Record<string, unknown>;

  /** The database keeps `details` as JSON. */
  static override get jsonAttributes(): string[] {
    return ['details'];
  }

  /**
   * Records an event.
   * @param db the transaction of the change, so that neither is stored without the other
   */
  static async record(
    db: Connection,
    action: AuditAction,
    { actorId, requestMetadata, details: common }: Actor,
    { subjectId = null, result = 'success', details }: AuditEventFields = {},
  ): Promise<void> {
    await AuditEvent.query(db).insert({
      ...{ action, result, actorId, subjectId, details: { ...common, ...details } },
      ipAddress: requestMetadata?.ipAddress ?? null,
      userAgent: requestMetadata?.userAgent ?? null,
      requestId: requestMetadata?.requestId ?? null,
    });
  }

  /** Records many events of one action with a single statement, such as those of an import. */
  static async recordMany(
    db: Connection,
    action: AuditAction,
    { actorId, requestMetadata, details: common }: Actor,
    events: readonly Omit<AuditEventFields, 'result'>[],
  ): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map(({ subjectId = null, details }) => ({
      ...{ id: newId(), subject_id: subjectId, details: { ...common, ...details } },
    }));
    await db.raw(
      `INSERT INTO audit_events (id, action, result, actor_id, subject_id, ip_address, user_agent, request_id, details)
        SELECT id, :action, 'success', :actorId::uuid, subject_id, :ipAddress::inet, :userAgent::text, :requestId::text, details
        FROM jsonb_to_recordset(:rows::jsonb) AS event (id uuid, subject_id uuid, details jsonb)`,
      {
        ...{ action, actorId, rows: JSON.stringify(rows) },
        ipAddress: requestMetadata?.ipAddress ?? null,
        userAgent: requestMetadata?.userAgent ?? null,
        requestId: requestMetadata?.requestId ?? null,
      },
    );
  }

  /**
   * Removes IP address and user agent from the events of an erased account. Besides `removeBlockReasons`, the audit log allows
   * no other change. Failed logins to the account count as the owner's, since no other actor is known.
   * @param limit maximum number of events
   * @returns the number of events changed
   */
  static async redactRequestMetadata(db: Connection, userId: string, limit: number): Promise<number> {
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `UPDATE audit_events SET ip_address = NULL, user_agent = NULL WHERE (id, created_at) IN (
        SELECT id, created_at FROM audit_events
          WHERE (actor_id = :userId OR (actor_id IS NULL AND subject_id = :userId))
            AND (ip_address IS NOT NULL OR user_agent IS NOT NULL) LIMIT :limit)`,
      { userId, limit },
    );
    return rowCount;
  }

  /**
   * Removes the reasons for blocks, which operators have entered, from the events of an erased account.
   * @param limit maximum number of events
   * @returns the number of events changed
   */
  static async removeBlockReasons(db: Connection, userId: string, limit: number): Promise<number> {
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `UPDATE audit_events SET details = details - 'reason' WHERE (id, created_at) IN (
        SELECT id, created_at FROM audit_events
          WHERE subject_id = :userId AND action = 'user.blocked' AND jsonb_exists(details, 'reason') LIMIT :limit)`,
      { userId, limit },
    );
    return rowCount;
  }

  /** One page of the audit log, newest first. */
  static page(db: Connection, filter: AuditFilter, request: PageRequest): Promise<Page<AuditEvent>> {
    const { id, actor, subject, action, actionPrefix, result, request_id: requestId, ip, since, until } = filter;
    const query = AuditEvent.query(db);
    if (id !== undefined) void query.where({ id });
    if (actor !== undefined) void query.where({ actor_id: actor });
    if (subject !== undefined) void query.where({ subject_id: subject });
    if (action !== undefined) void query.whereIn('action', actionsNamed(action));
    if (actionPrefix !== undefined) void query.whereIn('action', actionsNamed(`${actionPrefix}*`));
    if (result !== undefined) void query.where({ result });
    if (requestId !== undefined) void query.where({ request_id: requestId });
    if (ip !== undefined) void query.where({ ip_address: ip });
    if (since !== undefined) void query.where('created_at', '>=', since);
    if (until !== undefined) void query.where('created_at', '<=', until);
    return keysetPage(query, request);
  }

  /** The representation in the API. */
  toPublic(): PublicAuditEvent {
    return {
      id: this.id,
      action: this.action,
      result: this.result,
      actor_id: this.actorId,
      subject_id: this.subjectId,
      ip_address: this.ipAddress,
      user_agent: this.userAgent,
      request_id: this.requestId,
      details: this.details,
      created_at: this.createdAt.toISOString(),
    };
  }
}
