import { isDeepStrictEqual } from 'node:util';
import { explainAll, type SettingEntry } from '../../config/explain.js';
import { exitCodes, type Host } from '../../server/host.js';
import { knownInForce } from './ask-database.js';
import type { OutputOptions } from './check.js';
import { columns, paintOf, shownValue, writeJson } from '../terminal.js';
import { unknownKey } from './unknown-key.js';

/** Options of `rollcall config show`. */
export interface ShowOptions extends OutputOptions {
  /** Only what differs from its default. */
  readonly changed?: boolean;
}

const isChanged = ({ value, source, default: standard }: SettingEntry): boolean =>
  source !== 'default' && !isDeepStrictEqual(value, standard);

/**
 * `rollcall config show [section]`: every setting with its value and who states it.
 * @throws {StartError} exit 1 for a section that does not exist, 2 for a bad configuration
 */
export const configShow = async (
  host: Host,
  section: string | undefined,
  { json = false, changed = false }: ShowOptions,
): Promise<number> => {
  const { generation, rollback } = await knownInForce(host);
  const all = explainAll(generation, section);
  if (section !== undefined && all.length === 0) throw unknownKey(section, generation);
  const entries = all.filter((entry) => !changed || isChanged(entry));
  if (json) {
    writeJson(
      host,
      entries.map(({ key, value, source }) => ({ key, value, source })),
    );
    return exitCodes.ok;
  }
  const paint = paintOf(host, host.stdout);
  if (rollback !== null) {
    host.stderr.write(
      `${paintOf(host, host.stderr)('warning', `a rollback to revision ${rollback.revision} lies over the files`)}\n`,
    );
  }
  const rows = entries.map(({ key, value, source }) => [key, shownValue(value), paint('weak', source)]);
  host.stdout.write(rows.length === 0 ? 'every setting is at its default\n' : columns(rows, ''));
  return exitCodes.ok;
};
