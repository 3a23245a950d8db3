import { changesBetween, nextGeneration, type Change } from './generation.js';
import type { Pinned } from './environment.js';
import type { ConfigFault } from './fault.js';
import { ignoredEdits } from './ignored-edits.js';
import type { InForce } from './in-force.js';
import { maxFileBytes, type FileState } from './read-file.js';
import type { ConfigReader } from './reader.js';

/** What a document would do if it stood in local.yaml. */
export type TrialResult =
  | {
      readonly ok: true;
      readonly changes: readonly Change[];
      readonly pendingRestart: readonly string[];
      /** Keys that have no effect in the files, since the environment sets a different value. */
      readonly noEffect: readonly Pinned[];
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The file whose place the document takes. */
const file = 'local.yaml';

const stateOf = (document: string): FileState => {
  const bytes = Buffer.from(document);
  return bytes.length > maxFileBytes
    ? { kind: 'fault', code: 'too_large', message: 'document is larger than 1 MiB' }
    : { kind: 'bytes', bytes };
};

/** Judges a YAML text as if it stood in local.yaml now, by the same code as the file; nothing comes of it. */
export const judgeDocument = (reader: ConfigReader, inForce: InForce, document: string): TrialResult => {
  const { generation, rollback } = inForce;
  const onDisk = reader.snapshot();
  const snapshot = { ...onDisk, layers: new Map([...onDisk.layers, [file, stateOf(document)]]) };
  const { outcome } = reader.read({ snapshot, inForce: generation.loaded.files, rollback, isTrial: true });
  if (!outcome.ok) return { ok: false, faults: outcome.faults };
  const next = nextGeneration(generation, outcome.loaded);
  if ('faults' in next) return { ok: false, faults: next.faults };
  const changes = changesBetween(generation.loaded, next.loaded);
  const noEffect = ignoredEdits(generation.loaded, next.loaded);
  return { ok: true, changes, pendingRestart: next.pendingRestart, noEffect };
};
