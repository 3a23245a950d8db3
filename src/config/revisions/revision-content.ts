import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ConfigIssue } from '../issue.js';
import { validateTree } from '../reload/validate.js';
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

/** A rollback in the database: values of an earlier revision that override the files. */
export interface StoredRollback {
  readonly id: string;
  /** The revision whose values are used. */
  readonly revision: number;
  readonly values: RevisionContent['values'];
  /** Hash of the files when the rollback was made. The rollback ends when the files change. */
  readonly baseHash: string;
  readonly actorId: string | null;
  readonly since: Date;
}

/** A rollback with valid values. */
export interface Rollback extends StoredRollback {
  /** Parsed values by dotted key. */
  readonly layer: ReadonlyMap<string, unknown>;
  /** Hashes of the files that it overrides: those of the instance where it was made, and those of this one. */
  readonly bases: ReadonlySet<string>;
}

/** Whether a key holds a secret. Secrets are not stored with a revision and not rolled back. */
export const isSecret = (key: string): boolean => settings.get(key)?.options.secret === true;

/**
 * Whether a rollback leaves a key as the files set it: secrets, keys that are only valid together with one, and keys that require
 * a restart, because a start reads them before it can read the rollback from the database.
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
 * @param filesHash hash of the files of this instance
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

/** The values of a file that remain under a rollback. */
export const exemptValues = (values: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> =>
  new Map([...values].filter(([key]) => isExemptFromRollback(key)));

/** The values that a rollback changes, including keys that it resets to their default. */
export const rollbackChanges = (
  files: readonly ReadonlyMap<string, unknown>[],
  rollback: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> => {
  const inFiles = new Map(files.flatMap((values) => [...values]));
  const valueIn = (layer: ReadonlyMap<string, unknown>, key: string): unknown =>
    layer.has(key) ? layer.get(key) : settings.get(key)?.defaultValue();
  const keys = [...new Set([...inFiles.keys(), ...rollback.keys()])].filter((key) => !isExemptFromRollback(key));
  const changed = keys.filter((key) => !isDeepStrictEqual(valueIn(inFiles, key), valueIn(rollback, key)));
  return new Map(changed.map((key) => [key, valueIn(rollback, key)]));
};
