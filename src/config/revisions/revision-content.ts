import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { validateTree } from '../files/validate.js';
import type { ConfigIssue } from '../issue.js';
import { settings } from '../schema/schema.js';
import { masked } from '../schema/setting.js';
import type { Change } from '../types.js';

/**
 * The part of the content that is stored with a revision: enough to show later what changed, and to roll back to it.
 * Values of the environment are left out because they belong to one instance.
 */
export interface RevisionContent {
  /** As written in YAML, by dotted key; without secrets. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keyed digests of the secrets that are set. They show that a secret has changed, and nothing else. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Keys that are set by a mounted file and not by a file of the configuration directory. */
  readonly mounted: readonly string[];
}

/** Whether a key holds a secret. Secrets are not stored with a revision and not rolled back. */
export const isSecret = (key: string): boolean => settings.get(key)?.options.secret === true;

/**
 * Whether a rollback leaves a key at its value in the files. This applies to secrets, to keys that are only valid
 * together with a secret, and to keys that require a restart, because they are read at startup before the rollback can
 * be read from the database.
 */
const isExemptFromRollback = (key: string): boolean => {
  const options = settings.get(key)?.options;
  return options?.secret === true || options?.withSecret === true || options?.class === 'restart';
};

const digestOf = (key: string, value: unknown, encryptionKey: string): string =>
  createHmac('sha256', encryptionKey)
    .update(JSON.stringify([key, value]))
    .digest('hex')
    .slice(0, 16);

/** An empty list of secrets has no digest, since that would change with the encryption key alone. */
const isAbsent = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** The content of a valid configuration. */
export const contentOf = ({
  stated,
  values,
  mounted,
}: {
  readonly stated: ReadonlyMap<string, unknown>;
  readonly values: ReadonlyMap<string, unknown>;
  readonly mounted: readonly string[];
}): RevisionContent => {
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

/** The default as written in YAML; null if it depends on the machine or the key no longer exists. */
const defaultOf = (key: string): unknown => {
  const entry = settings.get(key);
  return entry === undefined || typeof entry.options.default === 'function'
    ? null
    : entry.format.show(entry.defaultValue());
};

/** A stored value as operators see it; long values are summarized. */
const shown = (key: string, value: unknown): unknown => {
  const entry = settings.get(key);
  const parsed = entry?.format.parse(value);
  return entry !== undefined && parsed?.ok === true ? entry.show(parsed.value) : value;
};

/** Keys in the order of the schema, then all others by name. */
const keysOf = (...records: readonly Readonly<Record<string, unknown>>[]): string[] => {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const known = [...settings.keys()].filter((key) => names.delete(key));
  return [...known, ...[...names].sort()];
};

/** What changed from one content to the next, secrets masked. */
export const changesSince = (previous: RevisionContent, next: RevisionContent): Change[] => {
  const valueIn = ({ values }: RevisionContent, key: string): unknown =>
    Object.hasOwn(values, key) ? values[key] : defaultOf(key);
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
 * Validates the values of an earlier revision like those of a file, since the schema may have changed in the meantime.
 * @returns every error; an empty list if all values are valid
 */
export const checkRevision = (revision: number, { values }: RevisionContent): readonly ConfigIssue[] =>
  validateTree(nested(values), `revision ${String(revision)}`).issues;

/**
 * The keys that a rollback overrides: those whose value in an earlier revision differs from that in the files.
 * @param files what the files set, as written in YAML
 * @returns the values as written in YAML; undefined for the default
 */
export const rollbackValues = (
  { values }: RevisionContent,
  files: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> => {
  const keys = [...new Set([...files.keys(), ...Object.keys(values)])].filter((key) => !isExemptFromRollback(key));
  const wanted = (key: string): unknown => (Object.hasOwn(values, key) ? values[key] : undefined);
  const isDefault = (key: string, value: unknown): boolean =>
    settings.has(key) && isDeepStrictEqual(value, defaultOf(key));
  const isSame = (key: string): boolean => {
    const [restored, inFiles] = [wanted(key), files.get(key)];
    if (isDeepStrictEqual(restored, inFiles)) return true;
    return (restored === undefined && isDefault(key, inFiles)) || (inFiles === undefined && isDefault(key, restored));
  };
  return new Map(keys.filter((key) => !isSame(key)).map((key) => [key, wanted(key)]));
};
