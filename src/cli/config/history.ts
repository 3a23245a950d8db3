import { ConfigRevision } from '../../models/config-revision.js';
import type { Connection } from '../../database/database.js';
import { User } from '../../models/user.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { askDatabase } from './ask-database.js';
import type { OutputOptions } from './check.js';
import { soundReading } from './place.js';
import { columns, paintOf, shownValue, writeJson, type Paint } from '../terminal.js';

/** Options of `rollcall config history`. */
export interface HistoryOptions extends OutputOptions {
  /** How many revisions, 1 to 100; 20 when absent. */
  readonly limit?: string;
}

/** Revisions, and the names of the people who asked for them. */
interface Found {
  readonly revisions: readonly ConfigRevision[];
  readonly names: ReadonlyMap<string, string>;
}

const withNames = async (db: Connection, revisions: readonly ConfigRevision[]): Promise<Found> => {
  const ids = [...new Set(revisions.flatMap(({ actorId }) => actorId ?? []))];
  const people = ids.length === 0 ? [] : await User.query(db).select('id', 'username').findByIds(ids);
  return { revisions, names: new Map(people.map(({ id, username }) => [id, username])) };
};

/** @throws {StartError} with one line when the database does not answer */
const find = async (host: Host, look: (db: Connection) => Promise<readonly ConfigRevision[]>): Promise<Found> => {
  const asked = await askDatabase(host, soundReading(host).generation, async (db) => withNames(db, await look(db)));
  if (asked.ok) return asked.value;
  throw new StartError(`the history is kept in the database, and ${asked.reason}`);
};

const who = ({ names }: Found, { actorId }: ConfigRevision): string =>
  actorId === null ? '-' : (names.get(actorId) ?? actorId);

const how = ({ trigger, rollbackOf }: ConfigRevision): string =>
  rollbackOf === null ? trigger : `${trigger} to ${String(rollbackOf)}`;

const listText = (paint: Paint, found: Found): string => {
  if (found.revisions.length === 0) return 'there is no revision yet\n';
  const rows = found.revisions.map((one) => [
    paint('strong', String(one.revision)),
    one.createdAt.toISOString(),
    how(one),
    who(found, one),
    one.changes.map(({ key }) => key).join(', '),
  ]);
  return columns(rows, '');
};

const oneText = (paint: Paint, found: Found, one: ConfigRevision): string => {
  const facts = [
    ['hash', one.hash],
    ['in force', one.createdAt.toISOString()],
    ['trigger', how(one)],
    ['by', who(found, one)],
    ['on', one.hostname],
  ];
  const changes = one.changes.map(({ key, from, to }) => [
    paint('strong', key),
    shownValue(from),
    '->',
    shownValue(to),
  ]);
  return `revision ${String(one.revision)}\n${columns(facts)}  changes\n${columns(changes, '    ')}`;
};

/**
 * `rollcall config history`: who changed the configuration when, the newest first.
 * @throws {StartError} exit 1 when the database does not answer, 2 for a bad configuration
 */
export const configHistory = async (host: Host, { json = false, limit = '20' }: HistoryOptions): Promise<number> => {
  const count = /^[1-9][0-9]{0,2}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > 100) throw new StartError('--limit takes a whole number from 1 to 100');
  const found = await find(host, async (db) => (await ConfigRevision.page(db, { limit: count })).rows);
  if (json) {
    writeJson(
      host,
      found.revisions.map((one) => one.toEntry()),
    );
  } else host.stdout.write(listText(paintOf(host, host.stdout), found));
  return exitCodes.ok;
};

/**
 * `rollcall config history <revision>`: what one revision has changed.
 * @throws {StartError} exit 1 when there is none of the number, or the database does not answer
 */
export const configRevision = async (host: Host, number: string, { json = false }: OutputOptions): Promise<number> => {
  const isNumber = /^[1-9][0-9]{0,14}$/.test(number);
  const found = await find(host, async (db) => {
    const one = isNumber ? await ConfigRevision.numbered(db, Number(number)) : undefined;
    return one ? [one] : [];
  });
  const [one] = found.revisions;
  if (!one) throw new StartError(`there is no revision ${number}`);
  if (json) writeJson(host, one.toPublic());
  else host.stdout.write(oneText(paintOf(host, host.stdout), found, one));
  return exitCodes.ok;
};
