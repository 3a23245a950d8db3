import { isDeepStrictEqual } from 'node:util';
import { keyNamed } from '../../config/explain.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { paintOf, shownValue, table } from '../terminal.js';
import { confirmationText, fetchConfigView, writeNote, type LayeredSetting } from './config-view.js';
import { unknownKey } from './unknown-key.js';

/** Options for `configShow`. */
export interface ShowOptions extends OutputOptions {
  /** Only settings that differ from their default. */
  readonly changed?: boolean;
}

const isChanged = ({ value, source, default: standard }: LayeredSetting): boolean =>
  source !== 'default' && !isDeepStrictEqual(value, standard);

/** A sentence about keys that wait for a restart; null if there are none. */
export const waitingText = (keys: readonly string[]): string | null => {
  if (keys.length === 0) return null;
  return `${keys.length === 1 ? '1 key is' : `${String(keys.length)} keys are`} waiting for a restart: ${keys.join(', ')}`;
};

/**
 * `rollcall config show [section]`: lists the settings with their active values and the layers that set them.
 * @throws {CommandError} exit 1 for a section that does not exist, 2 for an invalid configuration
 */
export const configShow = async (
  environment: ProcessEnvironment,
  name: string | undefined,
  { json = false, changed = false }: ShowOptions,
): Promise<number> => {
  const section = name === undefined ? undefined : keyNamed(name);
  const config = await fetchConfigView(environment, section);
  if (name !== undefined && config.settings.length === 0) throw unknownKey(name);
  const entries = config.settings.filter((entry) => !changed || isChanged(entry));
  const waiting = config.settings.filter(({ pending }) => pending !== undefined);
  if (json) {
    const { known_from, revision, rollback, pending_confirmation } = config;
    const data = entries.map(({ key, value, source, pending }) => ({
      ...{ key, value, source },
      ...(pending !== undefined && { pending }),
    }));
    writeData(environment, data, { known_from, revision, rollback, pending_confirmation });
    return exitCodes.ok;
  }
  const { rollback, pending_confirmation: pending } = config;
  if (rollback !== null) {
    writeNote(environment, `a rollback to revision ${String(rollback.revision)} is active; file values are overridden`);
  }
  const overridden = config.settings.filter(({ source }) => source === 'override').map(({ key }) => key);
  if (overridden.length > 0) writeNote(environment, `overridden at runtime: ${overridden.join(', ')}`);
  if (pending !== null) writeNote(environment, `revision ${String(pending.revision)} ${confirmationText(pending)}`);
  const paint = paintOf(environment, environment.stdout);
  const rows = entries.map(({ key, value, source }) => [key, shownValue(value), paint('weak', source)]);
  environment.stdout.write(
    rows.length === 0 ? 'every setting has its default\n' : table(environment, ['KEY', 'VALUE', 'SOURCE'], rows).text,
  );
  const text = waitingText(waiting.map(({ key, pending }) => `${key} (${shownValue(pending)})`));
  if (text !== null) writeNote(environment, text);
  return exitCodes.ok;
};
