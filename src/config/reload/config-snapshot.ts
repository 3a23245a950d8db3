import { isDeepStrictEqual } from 'node:util';
import type { DiskState } from '../files/disk-state.js';
import type { Pinned } from '../files/environment.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import type { OverrideState } from '../override-state.js';
import type { RevisionDraft, StoredChange, StoredState } from '../revisions/revision-repository.js';
import { checkRules } from '../schema/rules.js';
import { settings as entries, settingOf, settingsIn, type Settings } from '../schema/schema.js';
import type {
  ActiveRollback,
  Change,
  ConfigStatus,
  LastError,
  LeftOutOverride,
  Requester,
  RevisionTrigger,
} from '../types.js';
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
  readonly overrides: OverrideState;
  readonly leftOut: readonly LeftOutOverride[];
  /** Null until the database has assigned a number. */
  readonly revision: number | null;
  /** Increases with every change on this instance; at least the revision. */
  readonly snapshotNumber: number;
  readonly loadedAt: Date;
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
}

/** Whether a trigger concerns the files; the others concern the overrides. */
export const isReload = (trigger: RevisionTrigger): boolean =>
  !['rollback', 'override', 'revert', 'expiry', 'schedule'].includes(trigger);

/** One attempt to change the active configuration. */
export interface ReloadAttempt {
  readonly trigger: RevisionTrigger;
  readonly requester: Requester | null;
  readonly disk: DiskState;
  readonly overrides: OverrideState;
  /** See ReadRequest. */
  readonly mayLeaveOut: (key: string) => boolean;
  readonly isChanged?: (key: string) => boolean;
  /** Stores new overrides in the database, before they are applied here. If that fails, nothing has changed. */
  readonly store?: (draft: RevisionDraft) => Promise<StoredChange>;
  /**
   * The newest revision in the database, if the caller records the content afterwards. Its number is taken over now if it has the
   * same content.
   */
  readonly newest?: StoredState['newest'];
}

/** The rollback that some of the overrides come from. */
export const rollbackOf = ({ overrides }: OverrideState): ActiveRollback | null => {
  const found = overrides.find(({ rollbackTo }) => rollbackTo !== null);
  return found === undefined || found.rollbackTo === null
    ? null
    : { revision: found.rollbackTo, since: found.since, actorId: found.actorId };
};

/** What the files set, by key, as written in YAML. */
export const fileValuesOf = ({ snapshot }: Pick<ActiveConfig, 'snapshot'>): ReadonlyMap<string, unknown> => {
  const layers = snapshot.loaded.layers.filter(({ source }) => isFile(source));
  const values = new Map(layers.flatMap(({ values: stated }) => [...stated]));
  return new Map([...values].map(([key, value]) => [key, settingOf(key)?.format.show(value)]));
};

/** Keys whose value in the files has changed since they were overridden. */
export const shadowedByOverride = (active: ActiveConfig): string[] => {
  const { overrides } = active.overrides;
  if (overrides.length === 0) return [];
  const fileValues = fileValuesOf(active);
  return overrides
    .filter(({ key, fileValue }) => !isDeepStrictEqual(fileValues.get(key), fileValue))
    .map(({ key }) => key)
    .sort();
};

/** The status of the active configuration, as operators see it. */
export const statusOf = (active: ActiveConfig, lastError: LastError | null): ConfigStatus => {
  const { snapshot, revision, snapshotNumber, loadedAt, overrides, leftOut } = active;
  const { hash, filesHash, files, pinned } = snapshot.loaded;
  return {
    ...{ revision, snapshotNumber, hash, filesHash, loadedAt, lastError, files, pinned },
    pendingRestart: snapshot.pendingRestart,
    ...{ rollback: rollbackOf(overrides), overrides, leftOut, shadowedByOverride: shadowedByOverride(active) },
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

/** What has to be read for an attempt. */
export const requestOf = ({
  overrides,
  ...attempt
}: Pick<ReloadAttempt, 'disk' | 'overrides' | 'mayLeaveOut' | 'isChanged'>): ReadRequest => ({
  ...{ disk: attempt.disk, overrides: overrides.overrides, mayLeaveOut: attempt.mayLeaveOut },
  ...(attempt.isChanged && { isChanged: attempt.isChanged }),
});

/** The configuration that a change would activate. */
export type NextConfig = Pick<ActiveConfig, 'snapshot' | 'disk' | 'leftOut'>;

const unstable: ConfigIssue = {
  ...{ key: null, file: null, code: 'unstable' },
  message: 'the files kept changing while they were being read',
};

/** Validates files that were read, as the successor of the active configuration. */
export const nextConfig = (
  { snapshot: previous }: ActiveConfig,
  reader: ConfigReader,
  request: ReadRequest,
): NextConfig | { readonly issues: readonly ConfigIssue[] } => {
  const { disk, isDryRun = false } = request;
  if (!disk.isStable && !isDryRun) return { issues: [unstable] };
  try {
    const reading = reader.read({ activeFiles: previous.loaded.files, ...request });
    if (!reading.outcome.ok) return reading.outcome;
    const snapshot = nextSnapshot(previous, reading.outcome.loaded);
    return 'issues' in snapshot ? snapshot : { snapshot, disk, leftOut: reading.leftOut };
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
