import type { Loaded } from './reload/load.js';
import { settings } from './schema/schema.js';

/** What one layer says of a key. */
export interface LayerValue {
  /** `default`, `file:<name>`, `rollback` or `env:<variable>`. */
  readonly source: string;
  /** In YAML's form, secrets masked. */
  readonly value: unknown;
  /** Whether it is the one that counts; the others are shadowed by it. */
  readonly wins: boolean;
}

/** Who says what of a key, weakest first: the default, and each layer that states it. */
export const layersOf = ({ layers, sources }: Loaded, key: string): LayerValue[] => {
  const entry = settings.get(key);
  const winner = sources.get(key) ?? 'default';
  const show = (value: unknown): unknown => (entry === undefined ? value : entry.show(value));
  const standard = entry === undefined ? [] : [{ source: 'default', value: entry.defaultValue() }];
  const stated = layers
    .filter(({ values }) => values.has(key))
    .map(({ source, values }) => ({ source, value: values.get(key) }));
  return [...standard, ...stated].map(({ source, value }) => ({ source, value: show(value), wins: source === winner }));
};
