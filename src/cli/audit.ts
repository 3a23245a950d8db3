import { suggest } from '../config/schema/setting.js';
import { AuditEventQuery, auditActions, type AuditEvent as PublicAuditEvent } from '../contract/audit-event.js';
import { Id } from '../contract/user.js';
import type { Connection, Database } from '../database/database.js';
import { AuditEvent, type AuditFilter } from '../models/audit/audit-event.js';
import { User } from '../models/accounts/user.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { writeList, type ListLayout } from './list.js';
import type { OutputOptions } from './output.js';
import { parseOptions, partsOf, type PageOptions } from './paging.js';
import { findUser } from './users/change-account.js';
import { withDatabase } from './with-database.js';

/** Options of `rollcall audit`. */
export interface AuditOptions extends OutputOptions, PageOptions {
  readonly id?: string;
  readonly action?: string;
  readonly result?: 'success' | 'failure';
  readonly actor?: string;
  readonly subject?: string;
  readonly requestId?: string;
  readonly ip?: string;
  readonly since?: string;
  readonly until?: string;
}

/** An event with the usernames of its actor and subject. */
interface Entry {
  readonly event: PublicAuditEvent;
  readonly names: ReadonlyMap<string, string>;
}

const person = ({ names }: Entry, id: string | null): string => (id === null ? '-' : (names.get(id) ?? id));

/** The actor: an account, or the user and host of a command. */
const actorOf = (entry: Entry): string => {
  const { actor_id: id, details } = entry.event;
  const { cli_user: user, hostname } = details;
  return id === null && typeof user === 'string' ? `${user}@${String(hostname)} (cli)` : person(entry, id);
};

const layout: ListLayout<Entry> = {
  titles: ['TIME', 'ACTION', 'RESULT', 'ACTOR', 'SUBJECT', 'IP ADDRESS', 'DETAILS'],
  cells: (entry) => [
    entry.event.created_at,
    entry.event.action,
    entry.event.result,
    actorOf(entry),
    person(entry, entry.event.subject_id),
    entry.event.ip_address ?? '-',
    JSON.stringify(entry.event.details),
  ],
  toJson: ({ event }) => event,
  empty: 'no audit events found',
};

/**
 * An exact action, or a prefix: `user.login`, `user.login*`, `user`.
 * @throws {CommandError} if no action matches
 */
const actionFilter = (text: string | undefined): Pick<AuditFilter, 'action' | 'actionPrefix'> => {
  if (text === undefined) return {};
  if (auditActions.some((action) => action === text)) return { action: text };
  const actionPrefix = text.endsWith('*') ? text.slice(0, -1) : text.endsWith('.') ? text : `${text}.`;
  if (auditActions.some((action) => action.startsWith(actionPrefix))) return { actionPrefix };
  const groups = [...new Set(auditActions.map((action) => action.split('.')[0] ?? ''))];
  const near = suggest(text, [...auditActions, ...groups]);
  const hint = near === undefined ? `expected an action or a prefix: ${groups.join(', ')}` : `did you mean ${near}?`;
  throw new CommandError(`--action: no action matches "${text}"; ${hint}`, undefined, { code: 'usage' });
};

/** Resolves a username to an id. An id is not checked, since its account may have been erased. */
const idOf = async (db: Database, name: string | undefined): Promise<string | undefined> => {
  if (name === undefined) return undefined;
  return Id.safeParse(name).success ? name.toLowerCase() : (await findUser(db, name)).id;
};

const withNames = async (db: Connection, events: readonly PublicAuditEvent[]): Promise<Entry[]> => {
  const ids = [...new Set(events.flatMap(({ actor_id: actor, subject_id: subject }) => [actor ?? [], subject ?? []]))];
  const people = await User.query(db).select('id', 'username').findByIds(ids.flat());
  const names = new Map(people.map(({ id, username }) => [id, username]));
  return events.map((event) => ({ event, names }));
};

/** `rollcall audit`: prints the audit log, newest first. */
export const printAudit = (environment: ProcessEnvironment, options: AuditOptions): Promise<number> => {
  const { id, limit, cursor, requestId, ip, since, until, result, json = false } = options;
  const query = parseOptions(AuditEventQuery, { id, limit, cursor, request_id: requestId, ip, since, until });
  const action = actionFilter(options.action);
  return withDatabase(environment, async (_core, { db }) => {
    const [actor, subject] = [await idOf(db, options.actor), await idOf(db, options.subject)];
    const { id: eventId, request_id, ip: ipAddress, since: from, until: to } = query;
    const filter = {
      ...action,
      id: eventId,
      actor,
      subject,
      result,
      request_id,
      ip: ipAddress,
      since: from,
      until: to,
    };
    const parts = partsOf(options, query, (request) =>
      db.read(async (reader) => {
        const page = await AuditEvent.page(reader, filter, request);
        const events = page.rows.map((event) => event.toPublic());
        return { rows: await withNames(reader, events), nextCursor: page.nextCursor };
      }),
    );
    await writeList(environment, json, layout, parts);
    return exitCodes.ok;
  });
};
