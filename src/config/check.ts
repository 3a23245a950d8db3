import { ConfigError, type ConfigFault } from './fault.js';
import { firstGeneration, nextGeneration, type Generation } from './generation.js';
import { nodeEnvWarnings } from './node-env.js';
import { ConfigReader, type ReaderOptions } from './reader.js';
import type { StoredRollback } from './revision-store.js';
import { judgeRollback } from './rollback.js';
import type { DiskSnapshot } from './snapshot.js';

/** A configuration directory to be read without being put into force. */
export interface DirectoryOptions extends ReaderOptions {
  /** What the database says lies over the files. */
  readonly rollback?: StoredRollback | null;
}

/** What a start would put into force, or every fault. */
export type DirectoryReading =
  | {
      readonly ok: true;
      readonly generation: Generation;
      /** Whether the rollback lies over the files: it was made for what they state. */
      readonly isRolledBack: boolean;
      /** Warnings about environment variables: misspelled ones, and those that have no effect. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[]; readonly warnings: readonly string[] };

/** A rollback comes after the files, so restart keys stay as these state them. */
const rolledBack = (
  reader: ConfigReader,
  snapshot: DiskSnapshot,
  plain: Generation,
  stored: StoredRollback,
): Generation | null => {
  const judged = judgeRollback(stored, stored.baseHash);
  if ('faults' in judged) return null;
  const { outcome, rollback } = reader.read({ snapshot, rollback: judged.rollback, isTrial: true });
  if (!outcome.ok || rollback === null) return null;
  const next = nextGeneration(plain, outcome.loaded);
  return 'faults' in next ? null : next;
};

const read = ({ rollback = null, ...options }: DirectoryOptions): DirectoryReading => {
  const reader = new ConfigReader(options);
  const snapshot = reader.snapshot();
  const { outcome } = reader.read({ snapshot, isTrial: true });
  if (!outcome.ok) return { ok: false, faults: outcome.faults, warnings: reader.plan.warnings };
  const plain = firstGeneration(outcome.loaded);
  const rolled = rollback === null ? null : rolledBack(reader, snapshot, plain, rollback);
  const warnings = [...nodeEnvWarnings(options.nodeEnv, outcome.loaded.files), ...reader.plan.warnings];
  return { ok: true, generation: rolled ?? plain, isRolledBack: rolled !== null, warnings };
};

/** Reads a configuration directory as a start would, but makes no secrets. */
export const readDirectory = (options: DirectoryOptions): DirectoryReading => {
  try {
    return read(options);
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, faults: error.faults, warnings: [] };
    throw error;
  }
};

/**
 * Judges a configuration directory as a start would, but makes no secrets.
 * @returns every fault; none when a start would succeed
 */
export const checkDirectory = (options: DirectoryOptions): readonly ConfigFault[] => {
  const reading = readDirectory(options);
  return reading.ok ? [] : reading.faults;
};
