import type { ConfigIssue } from '../issue.js';
import { isExemptFromRollback } from './revision-content.js';
import { validateTree } from '../reload/validate.js';
import type { StoredRollback } from './revision-store.js';

/** A rollback whose values were found sound, ready to be laid over the files. */
export interface Rollback extends StoredRollback {
  /** Its values as they are in code, by dotted key. */
  readonly layer: ReadonlyMap<string, unknown>;
  /** Contents of the files that it lies over: what they stated where it was made, and what they state here. */
  readonly bases: ReadonlySet<string>;
}

const nested = (values: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> => {
  const root = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let branch = root;
    for (const name of path) {
      const next = branch.get(name);
      const child = next instanceof Map ? (next as Map<string, unknown>) : new Map<string, unknown>();
      branch.set(name, child);
      branch = child;
    }
    branch.set(last, value);
  }
  return root;
};

/**
 * Reads the values of an earlier revision as if they stood in a file now: the schema may have changed since.
 * @param filesHash names what the files state here
 */
export const validateRollback = (
  stored: StoredRollback,
  filesHash: string,
): { readonly rollback: Rollback } | { readonly issues: readonly ConfigIssue[] } => {
  const { values, issues } = validateTree(nested(stored.values), `revision ${String(stored.revision)}`);
  if (issues.length > 0) return { issues };
  const layer = new Map([...values].filter(([key]) => !isExemptFromRollback(key)));
  return { rollback: { ...stored, layer, bases: new Set([stored.baseHash, filesHash]) } };
};
