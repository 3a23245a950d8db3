import type { Connection } from '../database/database.js';
import { BaseModel } from './base-model.js';
import type { Origin } from './origin.js';

/** Actions that are audited; part of the contract. */
export type AuditAction =
  | 'user.registered'
  | 'user.login'
  | 'user.login_failed'
  | 'user.locked_out'
  | 'user.updated'
  | 'user.email_changed'
  | 'user.password_changed'
  | 'user.password_reset_requested'
  | 'user.password_reset'
  | 'user.email_verified'
  | 'user.created'
  | 'user.blocked'
  | 'user.unblocked'
  | 'user.deleted'
  | 'user.restored'
  | 'user.erased'
  | 'user.exported'
  | 'user.roles_changed'
  | 'role.created'
  | 'role.updated'
  | 'role.deleted'
  | 'session.refresh_reused'
  | 'session.ended'
  | 'admin.bootstrapped';

/** One fact for the audit trail. */
export interface AuditFact {
  readonly action: AuditAction;
  readonly result: 'success' | 'failure';
  /** Who acted; null for strangers and for the service itself. */
  readonly actorId: string | null;
  /** Whom it was about; null where no account is known. */
  readonly subjectId: string | null;
  /** Further facts, never a secret: changed field names, a reason, a session id. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A row of the audit trail: append-only in the database, and it outlives the people it names. */
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
   * Writes one fact.
   * @param db the transaction of the change it tells of, so that neither is kept without the other
   * @param origin where the request came from; null for the service itself and the command line
   */
  static async record(db: Connection, fact: AuditFact, origin: Origin | null): Promise<void> {
    await AuditEvent.query(db).insert({
      action: fact.action,
      result: fact.result,
      actorId: fact.actorId,
      subjectId: fact.subjectId,
      details: { ...fact.details },
      ipAddress: origin?.address ?? null,
      userAgent: origin?.userAgent ?? null,
      requestId: origin?.requestId ?? null,
    });
  }
}
