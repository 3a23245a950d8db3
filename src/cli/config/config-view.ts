import { explainAll, layersOf, type LayerValue, type SettingEntry } from '../../config/explain.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { askService } from '../service/client.js';
import { paintOf } from '../terminal.js';
import { readActiveSnapshot } from './query-database.js';

/** A setting with its layers, lowest precedence first. */
export type LayeredSetting = Pick<
  SettingEntry,
  'key' | 'value' | 'source' | 'class' | 'default' | 'description' | 'range' | 'env' | 'pending'
> & { readonly layers: readonly LayerValue[] };

/** The active configuration, and how it was read. */
export interface ConfigView {
  /** `service` for the running service, `files` for what its next start would use. */
  readonly known_from: 'service' | 'files';
  readonly revision: number | null;
  /** The revision to which the configuration was rolled back. */
  readonly rollback: { readonly revision: number } | null;
  readonly settings: readonly LayeredSetting[];
}

/** Writes a note to standard error. */
export const writeNote = (environment: ProcessEnvironment, note: string): void => {
  environment.stderr.write(`${paintOf(environment, environment.stderr)('warning', note)}\n`);
};

const fromFiles = async (environment: ProcessEnvironment, key: string | undefined): Promise<ConfigView> => {
  const { snapshot, rollback } = await readActiveSnapshot(environment);
  const settings = explainAll(snapshot, key).map((entry) => ({
    ...entry,
    layers: layersOf(snapshot.loaded, entry.key),
  }));
  return { known_from: 'files', revision: null, rollback: rollback && { revision: rollback.revision }, settings };
};

/**
 * The active configuration of the running service. If it is not reachable, the files and the environment of this shell are used,
 * with a note on standard error.
 * @param key a key or a section; everything if absent
 * @throws {CommandError} exit 2 for an invalid configuration
 */
export const fetchConfigView = async (environment: ProcessEnvironment, key?: string): Promise<ConfigView> => {
  const asked = await askService<Omit<ConfigView, 'known_from'>>(environment, { path: '/config', query: { key } });
  if (asked.reached) return { ...asked.body, known_from: 'service' };
  writeNote(
    environment,
    `the service is not reachable (${asked.reason}); showing the files and the environment of this shell`,
  );
  return fromFiles(environment, key);
};
