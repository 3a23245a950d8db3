import { changesBetween, nextSnapshot, type Change } from './config-snapshot.js';
import type { Pinned } from '../files/environment.js';
import type { ConfigIssue } from '../issue.js';
import { ineffectiveEdits } from './ineffective-edits.js';
import type { ActiveConfig } from './active-config.js';
import { maxFileBytes, type FileState } from '../files/read-file.js';
import type { ConfigReader } from './config-reader.js';

/** What a document would do if it stood in local.yaml. */
export type DryRunResult =
  | {
      readonly ok: true;
      readonly changes: readonly Change[];
      readonly pendingRestart: readonly string[];
      /** Keys that have no effect in the files, since the environment sets a different value. */
      readonly noEffect: readonly Pinned[];
    }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** The file whose place the document takes. */
const file = 'local.yaml';

const stateOf = (document: string): FileState => {
  const bytes = Buffer.from(document);
  return bytes.length > maxFileBytes
    ? { kind: 'issue', code: 'too_large', message: 'document is larger than 1 MiB' }
    : { kind: 'bytes', bytes };
};

/** Validates a YAML text as if it stood in local.yaml now, by the same code as the file; nothing comes of it. */
export const dryRunDocument = (reader: ConfigReader, active: ActiveConfig, document: string): DryRunResult => {
  const { snapshot, rollback } = active;
  const onDisk = reader.readDisk();
  const disk = { ...onDisk, layers: new Map([...onDisk.layers, [file, stateOf(document)]]) };
  const { outcome } = reader.read({ disk, active: snapshot.loaded.files, rollback, isDryRun: true });
  if (!outcome.ok) return { ok: false, issues: outcome.issues };
  const next = nextSnapshot(snapshot, outcome.loaded);
  if ('issues' in next) return { ok: false, issues: next.issues };
  const changes = changesBetween(snapshot.loaded, next.loaded);
  const noEffect = ineffectiveEdits(snapshot.loaded, next.loaded);
  return { ok: true, changes, pendingRestart: next.pendingRestart, noEffect };
};
