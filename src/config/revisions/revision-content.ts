import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../reload/config-snapshot.js';
import type { Loaded } from '../reload/load.js';
import { settings } from '../schema/schema.js';
import { masked } from '../schema/setting.js';

/**
 * What the files of a configuration state, as it is kept with a revision: enough to tell what has changed since, and to
 * put it into force again. What the environment says is no part of it: it belongs to one instance.
 */
export interface RevisionContent {
  /** In YAML's form, by dotted key; secrets are left out. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Secrets that are stated, as digests under the encryption key: a change can be told, and nothing else. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Those of the keys that are set by a mounted file, not by a file of the configuration directory. */
  readonly mounted: readonly string[];
}

/** Whether a key holds a secret, which is never kept with a revision and never rolled back. */
export const isSecret = (key: string): boolean => settings.get(key)?.options.secret === true;

/** Whether a key stays as the files state it under a rollback: a secret, or what is only good together with one. */
export const isExemptFromRollback = (key: string): boolean =>
  isSecret(key) || settings.get(key)?.options.withSecret === true;

const digestOf = (key: string, value: unknown, encryptionKey: string): string =>
  createHmac('sha256', encryptionKey)
    .update(JSON.stringify([key, value]))
    .digest('hex')
    .slice(0, 16);

/** An empty list of secrets holds none: a digest of it would differ with the encryption key and with nothing else. */
const isAbsent = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** The content of a configuration that was found sound. */
export const contentOf = ({ stated, values, mounted }: Loaded): RevisionContent => {
  const encryptionKey = String(values.get('auth.keys.encryptionKey'));
  const pairs = [...stated];
  return {
    values: Object.fromEntries(
      pairs
        .filter(([key]) => !isSecret(key))
        .map(([key, value]) => [key, settings.get(key)?.format.show(value) ?? value]),
    ),
    secrets: Object.fromEntries(
      pairs
        .filter(([key, value]) => isSecret(key) && !isAbsent(value))
        .map(([key, value]) => [key, digestOf(key, value, encryptionKey)]),
    ),
    mounted,
  };
};

/** What holds where nothing is stated, in YAML's form; null where it depends on the machine, and for a key that is gone. */
const unstated = (key: string): unknown => {
  const entry = settings.get(key);
  return entry === undefined || typeof entry.options.default === 'function'
    ? null
    : entry.format.show(entry.defaultValue());
};

/** A kept value as operators may see it: long ones in brief. */
const shown = (key: string, value: unknown): unknown => {
  const entry = settings.get(key);
  const parsed = entry?.format.parse(value);
  return entry !== undefined && parsed?.ok === true ? entry.show(parsed.value) : value;
};

/** Keys in the order of the schema, and after them those that it does not know. */
const keysOf = (...records: readonly Readonly<Record<string, unknown>>[]): string[] => {
  const stated = new Set(records.flatMap((record) => Object.keys(record)));
  const known = [...settings.keys()].filter((key) => stated.delete(key));
  return [...known, ...[...stated].sort()];
};

/** What a content states otherwise than the one before it, secrets masked. */
export const changesSince = (previous: RevisionContent, next: RevisionContent): Change[] => {
  const valueIn = ({ values }: RevisionContent, key: string): unknown =>
    Object.hasOwn(values, key) ? values[key] : unstated(key);
  const values = keysOf(previous.values, next.values)
    .map((key) => ({ key, from: valueIn(previous, key), to: valueIn(next, key) }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to))
    .map(({ key, from, to }) => ({ key, from: shown(key, from), to: shown(key, to) }));
  const mask = (digest: string | undefined): string | null => (digest === undefined ? null : masked);
  const secrets = keysOf(previous.secrets, next.secrets)
    .filter((key) => previous.secrets[key] !== next.secrets[key])
    .map((key) => ({ key, from: mask(previous.secrets[key]), to: mask(next.secrets[key]) }));
  return [...values, ...secrets];
};
