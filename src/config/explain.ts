import { isDeepStrictEqual } from 'node:util';
import type { ConfigSnapshot } from './reload/config-snapshot.js';
import { environmentName, keyOfVariable, openSectionOf, settingOf, settings, settingsIn } from './schema/schema.js';
import type { Setting, SettingClass } from './schema/setting.js';

/** One key as operators see it; values in YAML's form, secrets masked. */
export interface SettingEntry {
  readonly key: string;
  /** In force now. */
  readonly value: unknown;
  /** Where the value comes from: `default`, `file:local.yaml`, `env:ROLLCALL_X`. */
  readonly source: string;
  readonly class: SettingClass;
  readonly default: unknown;
  readonly description: string;
  /** Unit of the value in code. */
  readonly unit?: string;
  readonly range?: string;
  /** The environment variable that sets it. */
  readonly env: string;
  /** What the files state, when it waits for a restart. */
  readonly pending?: unknown;
}

/** Explains one key. */
export const explainSetting = (
  key: string,
  entry: Setting<unknown>,
  { loaded, values }: ConfigSnapshot,
): SettingEntry => {
  const { format, options } = entry;
  const [active, stated] = [values.get(key), loaded.values.get(key)];
  const show = (value: unknown): unknown => (value === undefined ? null : entry.show(value));
  return {
    key,
    value: show(active),
    source: loaded.sources.get(key) ?? 'default',
    class: options.class,
    default: options.defaultText ?? entry.show(entry.defaultValue()),
    description: options.doc,
    ...(format.unit === undefined ? {} : { unit: format.unit }),
    ...(format.range === undefined ? {} : { range: format.range }),
    env: environmentName(key),
    ...(isDeepStrictEqual(active, stated) ? {} : { pending: show(stated) }),
  };
};

/**
 * Explains the keys of a snapshot.
 * @param key a key, or a section, which means all keys below it; all keys when absent. A switch that is not set is
 * explained when it is asked for by its name
 * @returns nothing when there is no such key
 */
export const explainAll = (snapshot: ConfigSnapshot, key?: string): SettingEntry[] => {
  const found = settingsIn(snapshot.values).filter(
    ([name]) => key === undefined || name === key || name.startsWith(`${key}.`),
  );
  const unset = key !== undefined && found.length === 0 && openSectionOf(key) ? settingOf(key) : undefined;
  const entries = key !== undefined && unset ? [[key, unset] as const] : found;
  return entries.map(([name, entry]) => explainSetting(name, entry, snapshot));
};

/**
 * The key that somebody names by an environment variable: `ROLLCALL_LOGGING_LEVEL`, its `_FILE` form, or an alias such as
 * `PORT`.
 * @returns the name itself when it is no such variable
 */
export const keyNamed = (name: string): string => {
  const variable = name.replace(/_FILE$/, '');
  const found = [...settings].find(
    ([key, { options }]) => environmentName(key) === variable || (options.alias ?? '') === variable,
  );
  return found?.[0] ?? keyOfVariable(variable) ?? name;
};
