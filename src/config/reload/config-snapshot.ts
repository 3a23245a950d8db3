import { isDeepStrictEqual } from 'node:util';
import type { DiskState } from '../files/disk-state.js';
import type { Pinned } from '../files/environment.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import type { Rollback } from '../revisions/revision-content.js';
import type { RevisionDraft } from '../revisions/revision-repository.js';
import { checkRules } from '../schema/rules.js';
import { settings as entries, settingsIn, type Settings } from '../schema/schema.js';
import type { Change, ConfigStatus, LastError, Requester, RevisionTrigger } from '../types.js';
import type { ConfigReader, ReadRequest } from './config-reader.js';
import { settingPlaces, toSettings, type Loaded } from './load.js';

/** A valid configuration: the values of all layers, and the settings that apply before a restart. */
export interface ConfigSnapshot {
  readonly loaded: Loaded;
  /** Active values by dotted key. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Which layer set the active value; absent for defaults. */
  readonly sources: ReadonlyMap<string, string>;
  readonly settings: Settings;
  /** Keys whose new value requires a restart. */
  readonly pendingRestart: readonly string[];
}

/** The active snapshot and everything about it. The object is replaced as a whole, so readers never see a mixture. */
export interface ActiveConfig {
  readonly snapshot: ConfigSnapshot;
  /** The files that it was read from; the files on disk may have changed since. */
  readonly disk: DiskState;
  /** Hash of the content of the files, without a rollback. */
  readonly filesHash: string;
  readonly rollback: Rollback | null;
  /** Null until the database has assigned a number. */
  readonly revision: number | null;
  /** Increases with every change on this instance; at least the revision. */
  readonly snapshotNumber: number;
  readonly loadedAt: Date;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
}

/** One attempt to change the active configuration. */
export interface ReloadAttempt {
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly disk: DiskState;
  /** Overrides the files while their content is the one that it was made for. */
  readonly rollback: Rollback | null;
  /** The same rollback if it starts with this attempt: it must be stored before it is applied. */
  readonly newRollback?: RevisionDraft['rollback'];
  /** Errors that were found before the attempt. */
  readonly issues?: readonly ConfigIssue[];
}

/** The status of the active configuration, as operators see it. */
export const statusOf = (active: ActiveConfig, lastError: LastError | null): ConfigStatus => {
  const { snapshot, revision, snapshotNumber, loadedAt, rollback } = active;
  const { hash, files, pinned } = snapshot.loaded;
  return {
    ...{ revision, snapshotNumber, hash, loadedAt, lastError, files, pinned },
    pendingRestart: snapshot.pendingRestart,
    rollback: rollback && { revision: rollback.revision, since: rollback.since, actorId: rollback.actorId },
  };
};

/** The snapshot at startup: every value applies. */
export const firstSnapshot = (loaded: Loaded): ConfigSnapshot => ({
  loaded,
  values: loaded.values,
  sources: loaded.sources,
  settings: toSettings(loaded.values),
  pendingRestart: [],
});

/**
 * The snapshot after `previous`: keys of class restart keep their value, all others change.
 * @returns issues if the new values violate a rule together with the values that are kept
 */
export const nextSnapshot = (
  previous: ConfigSnapshot,
  loaded: Loaded,
): ConfigSnapshot | { readonly issues: readonly ConfigIssue[] } => {
  const values = new Map(loaded.values);
  const sources = new Map(loaded.sources);
  const pendingRestart: string[] = [];
  for (const [key, { options }] of entries) {
    const [kept, configured] = [previous.values.get(key), loaded.values.get(key)];
    if (options.class !== 'restart' || isDeepStrictEqual(kept, configured)) continue;
    values.set(key, kept);
    const source = previous.sources.get(key);
    if (source === undefined) sources.delete(key);
    else sources.set(key, source);
    pendingRestart.push(key);
  }
  const settings = toSettings(values);
  const issues = checkRules(settings, settingPlaces(loaded.sources, loaded.positions));
  return issues.length > 0 ? { issues } : { loaded, values, sources, settings, pendingRestart };
};

/** The configuration that a change would activate. */
export type NextConfig = Pick<ActiveConfig, 'snapshot' | 'disk' | 'filesHash' | 'rollback'>;

const unstable: ConfigIssue = {
  ...{ key: null, file: null, code: 'unstable' },
  message: 'the files kept changing while they were being read',
};

/** Validates files that were read, as the successor of the active configuration. */
export const nextConfig = (
  { snapshot: previous }: ActiveConfig,
  reader: ConfigReader,
  { disk, ...request }: ReadRequest,
): NextConfig | { readonly issues: readonly ConfigIssue[] } => {
  if (!disk.isStable && request.isDryRun !== true) return { issues: [unstable] };
  try {
    const reading = reader.read({ activeFiles: previous.loaded.files, disk, ...request });
    if (!reading.outcome.ok) return reading.outcome;
    const snapshot = nextSnapshot(previous, reading.outcome.loaded);
    return 'issues' in snapshot
      ? snapshot
      : { snapshot, disk, filesHash: reading.filesHash, rollback: reading.rollback };
  } catch (error) {
    // A secret that cannot be read or created. Any other error must not stop the service either.
    if (error instanceof ConfigError) return { issues: error.issues };
    const message = `reload failed: ${error instanceof Error ? error.message : String(error)}`;
    return { issues: [{ key: null, file: null, code: 'unreadable', message }] };
  }
};

/** Keys whose value differs between two maps; a feature flag that exists only in one of them is null in the other. */
export const changesBetween = (before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Change[] =>
  settingsIn(before, after)
    .filter(([key]) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map(([key, entry]) => ({
      key,
      from: before.has(key) ? entry.show(before.get(key)) : null,
      to: after.has(key) ? entry.show(after.get(key)) : null,
    }));

const isFile = (source: string): boolean => source.startsWith('file:');

/** The value of a key in the files; undefined if no file sets it. */
const valueInFiles = ({ layers }: Loaded, key: string): unknown =>
  layers.findLast(({ source, values }) => isFile(source) && values.has(key))?.values.get(key);

/** Whether a file other than default.yaml, which lists every key, sets the key. */
const isOverridden = ({ layers }: Loaded, key: string): boolean =>
  layers.some(({ source, values }) => isFile(source) && source !== 'file:default.yaml' && values.has(key));

/**
 * Keys in the files without effect because the environment sets a different value: keys that were edited since
 * the previous load, and keys that are set in a file other than default.yaml.
 */
export const ineffectiveEdits = (previous: Loaded, next: Loaded): readonly Pinned[] =>
  next.pinned.filter(({ key }) => {
    const value = valueInFiles(next, key);
    if (value === undefined || isDeepStrictEqual(value, next.values.get(key))) return false;
    return isOverridden(next, key) || !isDeepStrictEqual(value, valueInFiles(previous, key));
  });
