import type { ConfigRevision as PublicRevision, ConfigRevisionEntry } from '../../contract/config.js';
import type { Connection } from '../../database/database.js';
import { AuditEvent } from '../../models/audit/audit-event.js';
import { ConfigRevision } from '../../models/config/config-revision.js';
import { User } from '../../models/accounts/user.js';

/** Where a revision comes from; shown only on the command line. */
interface RevisionSource {
  /** Host name of the instance that recorded the revision. */
  readonly hostname: string;
  /** The user who requested it: an account, or a user of the command line. */
  readonly actor: string | null;
}

/** One revision in the list of `rollcall config history`. */
export type HistoryEntry = ConfigRevisionEntry & RevisionSource;

/** One revision with what it changed. */
export type HistoryRevision = PublicRevision & RevisionSource;

/** The users of the command line who caused revisions, from the audit log. */
const commandLineUsers = async (db: Connection, revisions: readonly ConfigRevision[]): Promise<Map<number, string>> => {
  const numbers = revisions.flatMap(({ actorId, revision }) => (actorId === null ? [String(revision)] : []));
  if (numbers.length === 0) return new Map();
  const events = await AuditEvent.query(db)
    .select('details')
    .where('action', 'config.applied')
    .whereRaw("details->>'revision' = ANY(?) AND details->>'cli_user' IS NOT NULL", [numbers]);
  return new Map(
    events.map(({ details }) => [Number(details['revision']), `${String(details['cli_user'])} (command line)`]),
  );
};

/** Finds the names of the actors. @returns the origin of each revision */
const originsOf = async (db: Connection, revisions: readonly ConfigRevision[]) => {
  const ids = [...new Set(revisions.flatMap(({ actorId }) => actorId ?? []))];
  const users = ids.length === 0 ? [] : await User.query(db).select('id', 'username').findByIds(ids);
  const names = new Map(users.map(({ id, username }) => [id, username]));
  const commandLine = await commandLineUsers(db, revisions);
  return ({ actorId, hostname, revision }: ConfigRevision): RevisionSource => ({
    hostname,
    actor: actorId === null ? (commandLine.get(revision) ?? null) : (names.get(actorId) ?? actorId),
  });
};

/** The newest revisions, newest first. */
export const listHistory = async (db: Connection, limit: number): Promise<HistoryEntry[]> => {
  const { rows } = await ConfigRevision.page(db, { limit });
  const originOf = await originsOf(db, rows);
  return rows.map((one) => ({ ...one.toEntry(), ...originOf(one) }));
};

/** One revision; null if it does not exist. */
export const findHistory = async (db: Connection, revision: number): Promise<HistoryRevision | null> => {
  const one = await ConfigRevision.numbered(db, revision);
  return one === undefined ? null : { ...one.toPublic(), ...(await originsOf(db, [one]))(one) };
};
