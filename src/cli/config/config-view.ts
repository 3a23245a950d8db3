import { explainAll, layersOf, type LayerValue, type SettingEntry } from '../../config/explain.js';
import type { PendingConfirmation } from '../../contract/config-overrides.js';
import type { Change } from '../../config/types.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { askService } from '../service/client.js';
import { columns, paintOf, shownValue } from '../terminal.js';
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
  /** The change that is reverted unless it is confirmed. */
  readonly pending_confirmation: WaitingChange | null;
  readonly settings: readonly LayeredSetting[];
}

/** A change that is reverted unless it is confirmed. */
export type WaitingChange = Pick<PendingConfirmation, 'revision' | 'confirm_by'>;

/** Says when a change will be reverted, and how to keep it. */
export const confirmationText = ({ revision, confirm_by: confirmBy }: WaitingChange): string =>
  `will be reverted at ${confirmBy} unless confirmed: rollcall config confirm ${String(revision)}`;

/**
 * One line for each setting that has another value.
 * @param none the text without changes
 */
export const changesText = (environment: ProcessEnvironment, changes: readonly Change[], none: string): string => {
  if (changes.length === 0) return `${none}\n`;
  const paint = paintOf(environment, environment.stdout);
  const cells = changes.map(({ key, from, to }) => [paint('strong', key), shownValue(from), '->', shownValue(to)]);
  return columns(cells, '');
};

/** Writes a note to standard error. */
export const writeNote = (environment: ProcessEnvironment, note: string): void => {
  environment.stderr.write(`${paintOf(environment, environment.stderr)('warning', note)}\n`);
};

const fromFiles = async (environment: ProcessEnvironment, key: string | undefined): Promise<ConfigView> => {
  const { snapshot, overrides, pending } = await readActiveSnapshot(environment);
  const revision = overrides.find(({ rollbackTo }) => rollbackTo !== null)?.rollbackTo ?? null;
  const settings = explainAll(snapshot, key).map((entry) => ({
    ...entry,
    layers: layersOf(snapshot, entry.key),
  }));
  return {
    ...{ known_from: 'files', revision: null, rollback: revision === null ? null : { revision }, settings },
    pending_confirmation: pending && { revision: pending.revision, confirm_by: pending.confirmBy.toISOString() },
  };
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
