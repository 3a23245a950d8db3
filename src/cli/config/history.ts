import type { Connection } from '../../database/database.js';
import {
  findHistory,
  listHistory,
  type HistoryEntry,
  type HistoryRevision,
} from '../../server/admin-socket/revision-history.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { askService } from '../service/client.js';
import { columns, paintOf, printable, shownValue, table, type Paint } from '../terminal.js';
import { queryDatabase } from './query-database.js';
import { revisionNumber } from './change.js';
import { readValidDirectory } from './directory.js';

/** Options for `configHistory`. */
export interface HistoryOptions extends OutputOptions {
  /** Number of revisions, 1 to 100; default 20. */
  readonly limit?: string;
}

/**
 * Queries the running service or, if it is not reachable, the database.
 * @throws {CommandError} if neither is reachable
 */
const find = async <T>(
  environment: ProcessEnvironment,
  query: Readonly<Record<string, string>>,
  look: (db: Connection) => Promise<T>,
): Promise<T> => {
  const service = await askService<{ readonly data: T }>(environment, { path: '/config/history', query });
  if (service.reached) return service.body.data;
  const asked = await queryDatabase(environment, readValidDirectory(environment).snapshot, look);
  if (asked.ok) return asked.value;
  throw new CommandError(`the service is not reachable (${service.reason}); ${asked.reason}`, undefined, {
    code: 'service_unreachable',
  });
};

const how = ({ trigger, rollback_of: rollbackOf }: HistoryEntry): string =>
  rollbackOf === null ? trigger : `${trigger} to ${String(rollbackOf)}`;

/** Why a changed key did not take effect immediately; undefined if it did. */
const effectOf = ({ pending_restart: pending, no_effect: noEffect }: HistoryEntry, key: string) => {
  const variable = noEffect.find((each) => each.key === key)?.pinned_by;
  if (variable !== undefined) return `no effect: set by ${variable}`;
  return pending.includes(key) ? 'after a restart' : undefined;
};

const listText = (environment: ProcessEnvironment, entries: readonly HistoryEntry[]): string => {
  if (entries.length === 0) return 'no revision has been recorded\n';
  const rows = entries.map((one) => [
    ...[String(one.revision), one.created_at, how(one), one.actor ?? '-', one.hostname],
    one.changed
      .map((key) => {
        const effect = effectOf(one, key);
        return effect === undefined ? key : `${key} (${effect})`;
      })
      .join(', '),
    printable(one.reason ?? '-'),
  ]);
  return table(environment, ['REVISION', 'CREATED', 'TRIGGER', 'ACTOR', 'HOST', 'CHANGED', 'REASON'], rows).text;
};

const oneText = (paint: Paint, one: HistoryRevision): string => {
  const facts = [
    ['hash', one.hash],
    ['created', one.created_at],
    ['trigger', how(one)],
    ['actor', one.actor ?? '-'],
    ['host', one.hostname],
    ['reason', printable(one.reason ?? '-')],
  ];
  const changes = one.changes.map(({ key, from, to }) => {
    const effect = effectOf(one, key);
    const marks = effect === undefined ? [] : [paint('warning', effect)];
    return [paint('strong', key), shownValue(from), '->', shownValue(to), ...marks];
  });
  return `revision ${String(one.revision)}\n${columns(facts)}  changes\n${columns(changes, '    ')}`;
};

/**
 * `rollcall config history`: lists the revisions of the configuration, newest first.
 * @throws {CommandError} exit 1 if neither the service nor the database is reachable, 2 for an invalid configuration
 */
export const configHistory = async (
  environment: ProcessEnvironment,
  { json = false, limit = '20' }: HistoryOptions,
): Promise<number> => {
  if (!/^([1-9][0-9]?|100)$/.test(limit)) {
    throw new CommandError('--limit must be a number from 1 to 100', undefined, { code: 'usage' });
  }
  const entries = await find(environment, { limit }, (db) => listHistory(db, Number(limit)));
  if (json) writeData(environment, entries);
  else environment.stdout.write(listText(environment, entries));
  return exitCodes.ok;
};

/**
 * `rollcall config history <revision>`: shows what a revision changed.
 * @throws {CommandError} exit 1 for an unknown revision, or if neither the service nor the database is reachable
 */
export const configRevision = async (
  environment: ProcessEnvironment,
  text: string,
  { json = false }: OutputOptions,
): Promise<number> => {
  const number = revisionNumber(text);
  const one = await find(environment, { revision: text }, (db) => findHistory(db, number));
  if (one === null) throw new CommandError(`Revision ${text} does not exist.`, undefined, { code: 'not_found' });
  if (json) writeData(environment, one);
  else environment.stdout.write(oneText(paintOf(environment, environment.stdout), one));
  return exitCodes.ok;
};
