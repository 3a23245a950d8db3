import { isDeepStrictEqual } from 'node:util';
import type { ConfigIssue } from '../issue.js';
import { settingPlaces, toSettings, type Loaded } from './load.js';
import { checkRules } from '../schema/rules.js';
import { settings as entries, settingsIn } from '../schema/schema.js';
import type { Settings } from '../schema/settings.js';

/** One snapshot in force: what the layers state, and what of it applies before a restart. */
export interface ConfigSnapshot {
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

/** The first snapshot: everything applies. */
export const firstSnapshot = (loaded: Loaded): ConfigSnapshot => ({
  loaded,
  values: loaded.values,
  settings: toSettings(loaded.values),
  pendingRestart: [],
});

/**
 * The snapshot after `previous`: restart keys keep the value that they had at start, the rest applies.
 * @returns issues when the rest would break a rule together with the values that are held back
 */
export const nextSnapshot = (
  previous: ConfigSnapshot,
  loaded: Loaded,
): ConfigSnapshot | { readonly issues: readonly ConfigIssue[] } => {
  const values = new Map(loaded.values);
  const pendingRestart: string[] = [];
  for (const [key, { options }] of entries) {
    const [kept, stated] = [previous.values.get(key), loaded.values.get(key)];
    if (options.class !== 'restart' || isDeepStrictEqual(kept, stated)) continue;
    values.set(key, kept);
    pendingRestart.push(key);
  }
  const settings = toSettings(values);
  const issues = checkRules(settings, settingPlaces(loaded.sources, loaded.positions));
  return issues.length > 0 ? { issues } : { loaded, values, settings, pendingRestart };
};

/** What the layers of two loads state differently; a switch that is new comes from null, one that is gone goes to null. */
export const changesBetween = ({ values: before }: Loaded, { values: after }: Loaded): Change[] =>
  settingsIn(before, after)
    .filter(([key]) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map(([key, entry]) => ({
      key,
      from: before.has(key) ? entry.show(before.get(key)) : null,
      to: after.has(key) ? entry.show(after.get(key)) : null,
    }));
