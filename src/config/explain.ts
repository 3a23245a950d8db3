import { isDeepStrictEqual } from 'node:util';
import type { ConfigSnapshot } from './reload/config-snapshot.js';
import { environmentName, keyOfVariable, openSectionOf, settingOf, settings, settingsIn } from './schema/schema.js';
import type { Setting, SettingClass } from './schema/setting.js';

/** One key as operators see it; values as written in YAML, secrets masked. */
export interface SettingEntry {
  readonly key: string;
  /** The active value. */
  readonly value: unknown;
  /** The layer that sets the active value: `default`, `file:local.yaml`, `env:ROLLCALL_X`. */
  readonly source: string;
  readonly class: SettingClass;
  readonly default: unknown;
  readonly description: string;
  /** Unit of the value in code. */
  readonly unit?: string;
  readonly range?: string;
  /** The environment variable that sets it. */
  readonly env: string;
  /** The new value if it requires a restart. */
  readonly pending?: unknown;
}

/** Describes one key. */
export const explainSetting = (
  key: string,
  entry: Setting<unknown>,
  { loaded, values, sources }: ConfigSnapshot,
): SettingEntry => {
  const { format, options } = entry;
  const [active, stated] = [values.get(key), loaded.values.get(key)];
  const show = (value: unknown): unknown => (value === undefined ? null : entry.show(value));
  return {
    key,
    value: show(active),
    source: sources.get(key) ?? 'default',
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
 * Describes keys.
 * @param key a key, or a section for all keys in it; all keys if absent. A feature flag that is not set must be named.
 * @returns an empty list if the key does not exist
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
 * The key that an environment variable sets: `ROLLCALL_LOGGING_LEVEL`, its `_FILE` form, or an alias such as `PORT`.
 * @returns the name itself if it is not such a variable
 */
export const keyNamed = (name: string): string => {
  const variable = name.replace(/_FILE$/, '');
  const found = [...settings].find(
    ([key, { options }]) => environmentName(key) === variable || (options.alias ?? '') === variable,
  );
  return found?.[0] ?? keyOfVariable(variable) ?? name;
};

/** The value of a key in one layer. */
export interface LayerValue {
  /** `default`, `file:<name>`, `rollback` or `env:<variable>`. */
  readonly source: string;
  /** As written in YAML, secrets masked. */
  readonly value: unknown;
  /** Whether this layer sets the active value; the others are overridden, or wait for a restart. */
  readonly active: boolean;
}

/** The value of a key in every layer that sets it, lowest precedence first. */
export const layersOf = ({ loaded, values, sources }: ConfigSnapshot, key: string): LayerValue[] => {
  const entry = settings.get(key);
  const [activeSource, activeValue] = [sources.get(key) ?? 'default', values.get(key)];
  const isPending = !isDeepStrictEqual(activeValue, loaded.values.get(key));
  const show = (value: unknown): unknown => (entry === undefined ? value : entry.show(value));
  const defaults = entry === undefined ? [] : [{ source: 'default', value: entry.defaultValue() }];
  const set = loaded.layers
    .filter(({ values }) => values.has(key))
    .map(({ source, values }) => ({ source, value: values.get(key) }));
  return [...defaults, ...set].map(({ source, value }) => ({
    source,
    value: show(value),
    // The layer that set the active value may have a new one, which waits for a restart.
    active: source === activeSource && !(isPending && !isDeepStrictEqual(value, activeValue)),
  }));
};
