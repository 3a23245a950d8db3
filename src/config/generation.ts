import { isDeepStrictEqual } from 'node:util';
import type { ConfigFault } from './fault.js';
import { fileOf, toSettings, type Loaded } from './load.js';
import { checkRules } from './rules.js';
import { settings as entries } from './schema.js';
import type { Settings } from './settings.js';

/** One generation in force: what the layers state, and what of it applies before a restart. */
export interface Generation {
  readonly loaded: Loaded;
  /** In force, by dotted key. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly settings: Settings;
  /** Keys whose stated value waits for a restart. */
  readonly pendingRestart: readonly string[];
}

/** A change of one key, in YAML's form, secrets masked. */
export interface Change {
  readonly key: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The first generation: everything applies. */
export const firstGeneration = (loaded: Loaded): Generation => ({
  loaded,
  values: loaded.values,
  settings: toSettings(loaded.values),
  pendingRestart: [],
});

/**
 * The generation after `previous`: restart keys keep the value that they had at start, the rest applies.
 * @returns faults when the rest would break a rule together with the values that are held back
 */
export const nextGeneration = (
  previous: Generation,
  loaded: Loaded,
): Generation | { readonly faults: readonly ConfigFault[] } => {
  const values = new Map(loaded.values);
  const pendingRestart: string[] = [];
  for (const [key, { options }] of entries) {
    const [kept, stated] = [previous.values.get(key), loaded.values.get(key)];
    if (options.class !== 'restart' || isDeepStrictEqual(kept, stated)) continue;
    values.set(key, kept);
    pendingRestart.push(key);
  }
  const settings = toSettings(values);
  const faults = checkRules(settings, fileOf(loaded.sources));
  return faults.length > 0 ? { faults } : { loaded, values, settings, pendingRestart };
};

/** What the layers of two loads state differently. */
export const changesBetween = (previous: Loaded, next: Loaded): Change[] =>
  [...entries]
    .filter(([key]) => !isDeepStrictEqual(previous.values.get(key), next.values.get(key)))
    .map(([key, entry]) => ({
      key,
      from: entry.show(previous.values.get(key)),
      to: entry.show(next.values.get(key)),
    }));
