import type { AuditEvent as PublicAuditEvent } from '../../contract/audit-event.js';
import type { ExportedSession } from '../../contract/leaving.js';
import type { Database } from '../../database/database.js';
import { AuditEvent } from '../audit/audit-event.js';
import type { BaseModel } from '../base-model.js';
import { Greeting } from '../greeting.js';
import { keysetPage, type Page, type PageRequest } from '../page.js';
import { Session } from '../sessions/session.js';
import type { User } from './user.js';

/** Number of rows per query, so that memory use does not depend on the length of the history. */
const pageRows = 500;

const sessionView = (session: Session): ExportedSession => {
  const { current: _current, ...view } = session.toPublic('');
  return { ...view, ended_at: session.endedAt?.toISOString() ?? null, end_reason: session.endReason };
};

/**
 * Actions of other accounts are included without the account and its addresses, which are personal data of that account, and
 * blocks without the reason, which is a note for operators.
 */
const eventView = (event: AuditEvent, userId: string): PublicAuditEvent => {
  const { details: all, ...rest } = event.toPublic();
  const { reason: _reason, ...withoutReason } = all;
  const view = { ...rest, details: event.action === 'user.blocked' ? withoutReason : all };
  const isByOther = event.actorId !== null && event.actorId !== userId;
  return isByOther ? { ...view, actor_id: null, ip_address: null, user_agent: null } : view;
};

/** Every row of a list, a page at a time. */
async function* allRows<M extends BaseModel, V>(
  pageAt: (request: PageRequest) => Promise<Page<M>>,
  view: (row: M) => V,
): AsyncGenerator<V> {
  let cursor: string | undefined;
  do {
    const page = await pageAt({ limit: pageRows, cursor });
    for (const row of page.rows) yield view(row);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** The elements of a JSON array. */
async function* elements(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '';
  for await (const value of values) {
    yield `${separator}${JSON.stringify(value)}`;
    separator = ',';
  }
}

/**
 * All personal data of an account, as the text of one JSON document (`PersonalData` of the contract) in pieces.
 * @param user the current account
 * @param now the time in the document
 */
export async function* personalData(db: Database, user: User, now: Date): AsyncGenerator<string> {
  const { id } = user;
  const sessions = allRows(
    (request) => db.read((reader) => keysetPage(Session.query(reader).where({ user_id: id }), request)),
    sessionView,
  );
  const ownEvents = (request: PageRequest): Promise<Page<AuditEvent>> =>
    db.read((reader) => {
      const query = AuditEvent.query(reader).where((events) =>
        events.where({ subject_id: id }).orWhere({ actor_id: id }),
      );
      return keysetPage(query, request);
    });
  const events = allRows(ownEvents, (event) => eventView(event, id));
  const greetings = allRows(
    (request) => db.read((reader) => Greeting.page(reader, id, request)),
    (greeting) => greeting.toPublic(),
  );
  yield `{"exported_at":${JSON.stringify(now.toISOString())},"profile":${JSON.stringify(user.toPublic())}`;
  yield ',"sessions":[';
  yield* elements(sessions);
  yield '],"audit_events":[';
  yield* elements(events);
  yield '],"greetings":[';
  yield* elements(greetings);
  yield ']}';
}
