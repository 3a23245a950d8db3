import type { Transaction } from '../database/database.js';
import { newId } from './base-model.js';
import type { RequestMetadata } from './request-metadata.js';
import type { SessionEndReason } from './session.js';

/** About whom the events are, and who acted. */
export interface EndedSessionsAudit {
  readonly actorId: string | null;
  readonly subjectId: string;
  /** Further details, such as who ran the command. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes one audit event for each session that was ended, by a single statement however many there are. */
export const recordEndedSessions = async (
  trx: Transaction,
  sessionIds: readonly string[],
  { actorId, subjectId, details = {} }: EndedSessionsAudit,
  requestMetadata: RequestMetadata | null,
  reason: SessionEndReason = 'revoked',
): Promise<void> => {
  if (sessionIds.length === 0) return;
  await trx.raw(
    `INSERT INTO audit_events (id, action, result, actor_id, subject_id, ip_address, user_agent, request_id, details)
      SELECT ended.event_id, 'session.ended', 'success', :actorId::uuid, :subjectId::uuid, :ipAddress::inet,
        :userAgent::text, :requestId::text, 
        :details::jsonb || jsonb_build_object('session_id', ended.session_id, 'reason', :reason::text)
      FROM unnest(:eventIds::uuid[], :sessionIds::uuid[]) AS ended (event_id, session_id)`,
    {
      actorId,
      subjectId,
      details: JSON.stringify(details),
      ipAddress: requestMetadata?.ipAddress ?? null,
      userAgent: requestMetadata?.userAgent ?? null,
      requestId: requestMetadata?.requestId ?? null,
      reason,
      eventIds: sessionIds.map(() => newId()),
      sessionIds: [...sessionIds],
    },
  );
};
