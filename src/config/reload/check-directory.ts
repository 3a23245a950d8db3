import { ConfigError, type ConfigIssue } from '../issue.js';
import { firstSnapshot, nextSnapshot, type ConfigSnapshot } from './config-snapshot.js';
import { nodeEnvWarnings } from '../files/node-env.js';
import { ConfigReader, type ReaderOptions } from './config-reader.js';
import type { StoredRollback } from '../revisions/revision-store.js';
import { validateRollback } from '../revisions/rollback.js';
import type { DiskState } from '../files/disk-state.js';

/** A configuration directory to be read without being put into force. */
export interface DirectoryOptions extends ReaderOptions {
  /** What the database says lies over the files. */
  readonly rollback?: StoredRollback | null;
}

/** What a start would put into force, or every issue. */
export type DirectoryReading =
  | {
      readonly ok: true;
      readonly snapshot: ConfigSnapshot;
      /** Whether the rollback lies over the files: it was made for what they state. */
      readonly isRolledBack: boolean;
      /** Warnings about environment variables: misspelled ones, and those that have no effect. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[]; readonly warnings: readonly string[] };

/** A rollback comes after the files, so restart keys stay as these state them. */
const rolledBack = (
  reader: ConfigReader,
  disk: DiskState,
  plain: ConfigSnapshot,
  stored: StoredRollback,
): ConfigSnapshot | null => {
  const validated = validateRollback(stored, stored.baseHash);
  if ('issues' in validated) return null;
  const { outcome, rollback } = reader.read({ disk, rollback: validated.rollback, isDryRun: true });
  if (!outcome.ok || rollback === null) return null;
  const next = nextSnapshot(plain, outcome.loaded);
  return 'issues' in next ? null : next;
};

const read = ({ rollback = null, ...options }: DirectoryOptions): DirectoryReading => {
  const reader = new ConfigReader(options);
  const disk = reader.readDisk();
  const { outcome } = reader.read({ disk, isDryRun: true });
  if (!outcome.ok) return { ok: false, issues: outcome.issues, warnings: reader.plan.warnings };
  const plain = firstSnapshot(outcome.loaded);
  const rolled = rollback === null ? null : rolledBack(reader, disk, plain, rollback);
  const warnings = [...nodeEnvWarnings(options.nodeEnv, outcome.loaded.files), ...reader.plan.warnings];
  return { ok: true, snapshot: rolled ?? plain, isRolledBack: rolled !== null, warnings };
};

/** Reads a configuration directory as a start would, but makes no secrets. */
export const readDirectory = (options: DirectoryOptions): DirectoryReading => {
  try {
    return read(options);
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, issues: error.issues, warnings: [] };
    throw error;
  }
};

/**
 * Validates a configuration directory as a start would, but makes no secrets.
 * @returns every issue; none when a start would succeed
 */
export const checkDirectory = (options: DirectoryOptions): readonly ConfigIssue[] => {
  const reading = readDirectory(options);
  return reading.ok ? [] : reading.issues;
};
