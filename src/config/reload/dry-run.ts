import { isDeepStrictEqual } from 'node:util';
import { maxFileBytes, type FileState } from '../files/disk-state.js';
import { nodeEnvWarnings, type Pinned } from '../files/environment.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import type { Override } from '../override-state.js';
import { settingOf, type Settings } from '../schema/schema.js';
import type { SettingClass } from '../schema/setting.js';
import type { Change } from '../types.js';
import { ConfigReader, type ReaderOptions, type ReadRequest } from './config-reader.js';
import {
  changesBetween,
  firstSnapshot,
  ineffectiveEdits,
  nextConfig,
  type ActiveConfig,
  type ConfigSnapshot,
} from './config-snapshot.js';

interface Invalid {
  readonly ok: false;
  readonly issues: readonly ConfigIssue[];
}

/** What a document would change as the content of local.yaml, or what overrides would change. */
export type DryRunResult =
  | Invalid
  | {
      readonly ok: true;
      /** The settings that would be active. */
      readonly settings: Settings;
      readonly changes: readonly Change[];
      readonly pendingRestart: readonly string[];
      /** Keys in the files without effect because the environment sets a different value. */
      readonly noEffect: readonly Pinned[];
    };

const localFile = 'local.yaml';

const stateOf = (document: string): FileState => {
  const bytes = Buffer.from(document);
  return bytes.length > maxFileBytes
    ? { kind: 'issue', code: 'too_large', message: 'document is larger than 1 MiB' }
    : { kind: 'bytes', bytes };
};

/** The active overrides. Those without effect now may stay so. */
const overridesOf = ({ overrides, leftOut }: ActiveConfig): Pick<ReadRequest, 'overrides' | 'mayLeaveOut'> => ({
  overrides: overrides.overrides,
  mayLeaveOut: (key) => leftOut.some((override) => override.key === key),
});

/** Validates a YAML text as if it were the content of local.yaml; nothing changes. */
export const dryRunDocument = (reader: ConfigReader, active: ActiveConfig, document: string): DryRunResult => {
  const onDisk = reader.readDisk();
  const disk = { ...onDisk, layers: new Map([...onDisk.layers, [localFile, stateOf(document)]]) };
  return dryRun(reader, active, { disk, ...overridesOf(active) });
};

/** Validates a configuration as the successor of the active one; nothing changes. */
export const dryRun = (reader: ConfigReader, active: ActiveConfig, request: ReadRequest): DryRunResult => {
  const { loaded } = active.snapshot;
  const result = nextConfig(active, reader, { ...request, isDryRun: true });
  if ('issues' in result) return { ok: false, issues: result.issues };
  const next = result.snapshot;
  return {
    ok: true,
    settings: next.settings,
    changes: changesBetween(loaded.values, next.loaded.values),
    pendingRestart: next.pendingRestart,
    noEffect: ineffectiveEdits(loaded, next.loaded),
  };
};

/** A key whose active value differs from the one in the files: values as written in YAML, secrets masked. */
export interface SettingDifference extends Change {
  readonly class: SettingClass;
  /** Whether the service has already read the new value and waits for a restart. */
  readonly waiting: boolean;
}

/** How the files of a directory differ from the active configuration, or every error in them. */
export type FileComparison =
  | Invalid
  | {
      readonly ok: true;
      readonly differences: readonly SettingDifference[];
      /** Keys in the files without effect because the environment sets them. */
      readonly ignored: readonly Pinned[];
    };

/**
 * Compares files with the active configuration by the rules of a reload; nothing changes.
 * @param isOwn whether they are the files of the service; no file of the active configuration may be missing then
 */
export const compareFiles = (active: ActiveConfig, reader: ConfigReader, isOwn: boolean): FileComparison => {
  const { loaded, values, pendingRestart } = active.snapshot;
  const request = { disk: reader.readDisk(), ...overridesOf(active), isDryRun: true };
  const result = nextConfig(active, reader, isOwn ? request : { ...request, activeFiles: [] });
  if ('issues' in result) return { ok: false, issues: result.issues };
  const next = result.snapshot.loaded;
  const differences = changesBetween(values, next.values).map((change) => ({
    ...change,
    class: settingOf(change.key)?.options.class ?? 'live',
    waiting:
      pendingRestart.includes(change.key) &&
      isDeepStrictEqual(loaded.values.get(change.key), next.values.get(change.key)),
  }));
  return { ok: true, differences, ignored: ineffectiveEdits(loaded, next) };
};

/** Options for `readDirectory`. */
export interface DirectoryOptions extends ReaderOptions {
  /** The overrides that are active in the database. */
  readonly overrides?: readonly Override[];
}

/** The snapshot that a start would activate, or every error. */
export type DirectoryReading =
  | {
      readonly ok: true;
      readonly snapshot: ConfigSnapshot;
      /** Warnings about environment variables that are misspelled or have no effect. */
      readonly warnings: readonly string[];
    }
  | (Invalid & { readonly warnings: readonly string[] });

/** Reads a configuration directory like a start, but creates no secrets. Overrides that do not fit the files are left out. */
export const readDirectory = ({ overrides = [], ...options }: DirectoryOptions): DirectoryReading => {
  try {
    const reader = new ConfigReader(options);
    const request = { disk: reader.readDisk(), overrides, mayLeaveOut: () => true, isDryRun: true };
    const { outcome } = reader.read(request);
    if (!outcome.ok) return { ...outcome, warnings: reader.plan.warnings };
    const snapshot = firstSnapshot(outcome.loaded);
    const warnings = [...nodeEnvWarnings(options.nodeEnv, outcome.loaded.files), ...reader.plan.warnings];
    return { ok: true, snapshot, warnings };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, issues: error.issues, warnings: [] };
    throw error;
  }
};

/**
 * Validates a configuration directory like a start, but creates no secrets.
 * @returns every error; an empty list if a start would succeed
 */
export const checkDirectory = (options: DirectoryOptions): readonly ConfigIssue[] => {
  const reading = readDirectory(options);
  return reading.ok ? [] : reading.issues;
};
