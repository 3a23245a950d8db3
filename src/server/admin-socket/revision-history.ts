import type { ConfigRevision as PublicRevision, ConfigRevisionEntry } from '../../contract/config.js';
import type { Connection } from '../../database/database.js';
import { ConfigRevision } from '../../models/config-revision.js';
import { User } from '../../models/user.js';

/** Facts about a revision that only operators of the machine are shown. */
interface RevisionSource {
  /** The machine of the instance that recorded it. */
  readonly hostname: string;
  /** The name of the account that asked for it. */
  readonly actor: string | null;
}

/** One revision in the list of `rollcall config history`. */
export type HistoryEntry = ConfigRevisionEntry & RevisionSource;

/** One revision with what it changed. */
export type HistoryRevision = PublicRevision & RevisionSource;

const namesOf = async (db: Connection, revisions: readonly ConfigRevision[]): Promise<ReadonlyMap<string, string>> => {
  const ids = [...new Set(revisions.flatMap(({ actorId }) => actorId ?? []))];
  const people = ids.length === 0 ? [] : await User.query(db).select('id', 'username').findByIds(ids);
  return new Map(people.map(({ id, username }) => [id, username]));
};

const originOf = (names: ReadonlyMap<string, string>, { actorId, hostname }: ConfigRevision): RevisionSource => ({
  hostname,
  actor: actorId === null ? null : (names.get(actorId) ?? actorId),
});

/** The newest revisions, newest first. */
export const listHistory = async (db: Connection, limit: number): Promise<HistoryEntry[]> => {
  const { rows } = await ConfigRevision.page(db, { limit });
  const names = await namesOf(db, rows);
  return rows.map((one) => ({ ...one.toEntry(), ...originOf(names, one) }));
};

/** One revision; null when there is none of the number. */
export const findHistory = async (db: Connection, revision: number): Promise<HistoryRevision | null> => {
  const one = await ConfigRevision.numbered(db, revision);
  return one === undefined ? null : { ...one.toPublic(), ...originOf(await namesOf(db, [one]), one) };
};
