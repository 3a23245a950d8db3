import { changesSince, contentOf, type Content } from '../../config/content.js';
import { explainAll, type SettingEntry } from '../../config/explain.js';
import type { Change, Generation } from '../../config/generation.js';
import { ConfigRevision } from '../../models/config-revision.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { askDatabase } from './ask-database.js';
import type { OutputOptions } from './check.js';
import { folderOf, readFolder, writeFaults } from './place.js';
import { columns, paintOf, shownValue, writeJson, type Paint } from '../terminal.js';

/** Options of `rollcall config diff`. */
export interface DiffOptions extends OutputOptions {
  /** A directory to compare with, in place of what is in force. */
  readonly against?: string;
}

/** What the directory is compared with, and its name for people. */
interface Base {
  readonly content: Content;
  readonly name: string;
}

/** One key that would change, and when. */
interface Difference extends Change {
  readonly class: SettingEntry['class'];
  /** The variable that keeps the file from having its way. */
  readonly pinned_by: string | null;
}

/** @throws {StartError} when the directory is bad */
const baseOfDirectory = (host: Host, directory: string): Base => {
  const folder = folderOf(host, directory);
  const reading = readFolder(host, folder);
  if (reading.ok) return { content: contentOf(reading.generation.loaded), name: folder };
  writeFaults(host, reading.faults);
  throw new StartError(`${folder} cannot be compared with: it is refused`);
};

/** @throws {StartError} when there is no revision to be had */
const baseOfDatabase = async (host: Host, generation: Generation): Promise<Base> => {
  const asked = await askDatabase(host, generation, async (db) => (await ConfigRevision.newest(db)) ?? null);
  const reason = asked.ok ? 'no service has registered its configuration in the database yet' : asked.reason;
  if (!asked.ok || asked.value === null) {
    throw new StartError(`there is nothing to compare with: ${reason}; name a directory with --against`);
  }
  const { revision, createdAt, trigger, stated, secretDigests } = asked.value;
  const name = `revision ${String(revision)} of the database (${createdAt.toISOString()}, ${trigger})`;
  return { content: { values: stated, secrets: secretDigests, mounted: [] }, name };
};

const differencesOf = (base: Base, generation: Generation): Difference[] => {
  const { loaded } = generation;
  const classes = new Map(explainAll(generation).map((entry) => [entry.key, entry.class]));
  const pins = new Map(loaded.pinned.map(({ key, variable }) => [key, variable]));
  return changesSince(base.content, contentOf(loaded)).map((change) => ({
    ...change,
    class: classes.get(change.key) ?? 'live',
    pinned_by: pins.get(change.key) ?? null,
  }));
};

const remarkOf = (paint: Paint, { class: kind, pinned_by: variable }: Difference): string => {
  if (variable !== null) return paint('weak', `no effect: ${variable} sets it`);
  return kind === 'restart'
    ? paint('warning', 'after a restart')
    : paint('good', kind === 'new' ? 'for new ones' : 'at once');
};

const textOf = (paint: Paint, differences: readonly Difference[]): string => {
  if (differences.length === 0) return 'nothing would change\n';
  const rows = differences.map((difference) => {
    const { key, from, to } = difference;
    return [paint('strong', key), shownValue(from), '->', shownValue(to), remarkOf(paint, difference)];
  });
  const waiting = differences.filter((difference) => difference.class === 'restart' && difference.pinned_by === null);
  const count = (number: number): string => `${String(number)} ${number === 1 ? 'key' : 'keys'}`;
  return `${columns(rows)}${count(differences.length)} would change, ${String(waiting.length)} of them after a restart\n`;
};

/**
 * `rollcall config diff [directory]`: what the directory would change, and what of it needs a restart. Exit 0 when nothing
 * would change, 1 when it cannot be said, 3 when something would.
 * @throws {StartError} exit 1 when there is nothing to compare with
 */
export const configDiff = async (
  host: Host,
  directory: string | undefined,
  { json = false, against }: DiffOptions,
): Promise<number> => {
  const folder = folderOf(host, directory);
  const reading = readFolder(host, folder);
  if (!reading.ok) {
    if (json) writeJson(host, { directory: folder, valid: false, errors: reading.faults });
    else writeFaults(host, reading.faults);
    return exitCodes.failed;
  }
  const { generation } = reading;
  const base = against === undefined ? await baseOfDatabase(host, generation) : baseOfDirectory(host, against);
  const differences = differencesOf(base, generation);
  if (json) writeJson(host, { directory: folder, valid: true, compared_with: base.name, changes: differences });
  else {
    host.stdout.write(`${folder}, compared with ${base.name}:\n`);
    host.stdout.write(textOf(paintOf(host, host.stdout), differences));
  }
  return differences.length === 0 ? exitCodes.ok : exitCodes.differs;
};
