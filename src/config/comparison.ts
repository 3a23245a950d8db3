import { isDeepStrictEqual } from 'node:util';
import type { Pinned } from './environment.js';
import type { ConfigFault } from './fault.js';
import { nextGeneration, type Change, type Generation } from './generation.js';
import { ignoredEdits } from './ignored-edits.js';
import type { InForce } from './in-force.js';
import type { ConfigReader } from './reader.js';
import { settingsIn } from './schema.js';
import type { SettingClass } from './schema/setting.js';

/** A key whose active value differs from the one in the files, in YAML's form, secrets masked. */
export interface Difference extends Change {
  readonly class: SettingClass;
  /** Whether the service has read the new value already and waits for a restart. */
  readonly waiting: boolean;
}

/** How the files of a directory differ from the active configuration, or every fault of them. */
export type Comparison =
  | {
      readonly ok: true;
      readonly differences: readonly Difference[];
      /** Keys whose value in the files has no effect, since the environment sets them. */
      readonly ignored: readonly Pinned[];
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

const differencesOf = (active: Generation, next: Generation): Difference[] => {
  const [before, after] = [active.values, next.loaded.values];
  return settingsIn(before, after)
    .filter(([key]) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map(([key, entry]) => ({
      key,
      from: before.has(key) ? entry.show(before.get(key)) : null,
      to: after.has(key) ? entry.show(after.get(key)) : null,
      class: entry.options.class,
      waiting: active.pendingRestart.includes(key) && isDeepStrictEqual(active.loaded.values.get(key), after.get(key)),
    }));
};

/**
 * Compares the files that a reader finds with what is active, by the rules of a reload; nothing changes.
 * @param isOwn whether they are the files that the service follows: none that is active may be missing then
 * @throws {ConfigError} when a secret cannot be read
 */
export const compareFiles = (inForce: InForce, reader: ConfigReader, isOwn: boolean): Comparison => {
  const { generation, rollback } = inForce;
  const required = isOwn ? { inForce: generation.loaded.files } : {};
  const { outcome } = reader.read({ snapshot: reader.snapshot(), ...required, rollback, isTrial: true });
  if (!outcome.ok) return { ok: false, faults: outcome.faults };
  const next = nextGeneration(generation, outcome.loaded);
  if ('faults' in next) return { ok: false, faults: next.faults };
  const ignored = ignoredEdits(generation.loaded, outcome.loaded);
  return { ok: true, differences: differencesOf(generation, next), ignored };
};
