import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compose, nest } from './compose.js';
import { contentHash } from '../revisions/content-hash.js';
import { isExemptFromRollback } from '../revisions/revision-content.js';
import { matchOpenKeys, validateEnvironment, type EnvironmentPlan, type Pinned } from '../files/environment.js';
import type { ConfigIssue, Position } from '../issue.js';
import type { Layer } from './validate.js';
import type { FileState } from '../files/read-file.js';
import { checkRules, type SettingPlace } from '../schema/rules.js';
import { environmentName, openSectionOf, settings } from '../schema/schema.js';
import type { Settings } from '../schema/settings.js';
import type { DiskState } from '../files/disk-state.js';
import { templateFolder } from '../files/template-files.js';

/** What one layer states, for those who ask who says what. */
export interface StatedLayer {
  /** `file:<name>`, `rollback` or `env:<variable>`. */
  readonly source: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** A configuration that was read and found sound: what the layers state, before restart keys are held back. */
export interface Loaded {
  /** Every key with its value. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Where a key was set: `file:<name>`, `rollback` or `env:<variable>`; absent for defaults. */
  readonly sources: ReadonlyMap<string, string>;
  /** What the files, the rollback over them and the mounted secrets state together: the content that `hash` names. */
  readonly stated: ReadonlyMap<string, unknown>;
  /** Every layer that states something, weakest first. */
  readonly layers: readonly StatedLayer[];
  /** Layers that exist, weakest first, and after them the templates of mails. */
  readonly files: readonly string[];
  readonly pinned: readonly Pinned[];
  /** Keys that a mounted file sets (`…_FILE`), which belongs to the environment of one instance. */
  readonly mounted: readonly string[];
  /** Where a value is written, for keys that a YAML file sets. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Keys of secrets that are not set and that a start in production needs. */
  readonly missingSecrets: readonly string[];
  readonly hash: string;
}

/** What a load needs besides the files. */
export interface LoadContext {
  /** Where the files lie. */
  readonly directory: string;
  readonly plan: EnvironmentPlan;
  readonly production: boolean;
  /** Whether production demands the secrets that are made elsewhere. */
  readonly needsSecrets: boolean;
  /** Files that must exist: default.yaml, and what is in force. */
  readonly required: readonly string[];
  /** Where the service keeps its data: the outbox lies in it unless its place is given. */
  readonly dataDir: string;
  /** The secret to use for a key that nobody gave. */
  readonly secretFor: (key: string) => string;
  /** Validates one file; a reader may remember what it found in the same bytes before. */
  readonly validate: (name: string, state: FileState) => Layer;
  /** Values of an earlier revision, which stand in place of what the files state; secrets stay those of the files. */
  readonly rollback?: ReadonlyMap<string, unknown> | null;
}

/** A sound configuration, or everything that is wrong with it. */
export type LoadOutcome =
  { readonly ok: true; readonly loaded: Loaded } | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
};

const staying = (values: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> =>
  new Map([...values].filter(([key]) => isExemptFromRollback(key)));

/** What a rollback changes: where it states otherwise than the files, or sets back to the default what they state. */
const rollbackLayer = (
  files: readonly ReadonlyMap<string, unknown>[],
  rollback: ReadonlyMap<string, unknown>,
): StatedLayer => {
  const stated = new Map(files.flatMap((values) => [...values]));
  const valueIn = (layer: ReadonlyMap<string, unknown>, key: string): unknown =>
    layer.has(key) ? layer.get(key) : settings.get(key)?.defaultValue();
  const keys = [...new Set([...stated.keys(), ...rollback.keys()])].filter((key) => !isExemptFromRollback(key));
  const changed = keys.filter((key) => !isDeepStrictEqual(valueIn(stated, key), valueIn(rollback, key)));
  return { source: 'rollback', values: new Map(changed.map((key) => [key, valueIn(rollback, key)])) };
};

/** Where a key was set, without the kind of source; null for a default. */
export const fileOf =
  (sources: ReadonlyMap<string, string>) =>
  (key: string): string | null =>
    sources.get(key)?.replace(/^(file|env):/, '') ?? null;

/** Where each value is written that comes from a YAML file. */
const positionsOf = (
  files: readonly { readonly name: string; readonly layer: Layer }[],
  sources: ReadonlyMap<string, string>,
): ReadonlyMap<string, Position> =>
  new Map(
    files.flatMap(({ name, layer: { values, places } }) =>
      [...values.keys()].flatMap((key): [string, Position][] => {
        const place = sources.get(key) === `file:${name}` ? places?.get(key) : undefined;
        return place === undefined ? [] : [[key, place.value]];
      }),
    ),
  );

/** Where a key was set: the file or variable, and the line and column in a YAML file. */
export const settingPlaces =
  (sources: ReadonlyMap<string, string>, positions: ReadonlyMap<string, Position>) =>
  (key: string): SettingPlace => ({ file: fileOf(sources)(key), ...positions.get(key) });

/** Values as one frozen tree. Switches are named by operators, so theirs has no prototype: no name means anything else. */
export const toSettings = (values: ReadonlyMap<string, unknown>): Settings => {
  const switches = Object.create(null) as Record<string, unknown>;
  const others = new Map<string, unknown>();
  for (const [key, value] of values) {
    if (openSectionOf(key) === undefined) others.set(key, value);
    else switches[key.slice(key.indexOf('.') + 1)] = value;
  }
  const tree = { ...nest(others), features: switches };
  freeze(tree);
  // The values were read by the formats of the schema that the type is derived from.
  return tree as unknown as Settings;
};

/** Whether nothing can be said of a template, since the folder of them is itself at issue. */
const isUnseen = ({ templates }: DiskState, file: string): boolean =>
  templates.has(templateFolder) && file.startsWith(`${templateFolder}/`);

const missing = (disk: DiskState, { required, directory }: LoadContext): ConfigIssue[] =>
  required
    .filter((file) => !isUnseen(disk, file))
    .filter((file) => ((disk.layers.get(file) ?? disk.templates.get(file))?.kind ?? 'absent') === 'absent')
    .map((file) => {
      const message =
        file === 'default.yaml'
          ? `${join(directory, file)}: no such file; ROLLCALL_CONFIG_DIR sets the configuration directory`
          : 'file was removed; to drop a layer, replace its content with {}';
      return { key: null, file, code: 'file_missing', message };
    });

const missingSecrets = (values: ReadonlyMap<string, unknown>, invalid: readonly ConfigIssue[]): ConfigIssue[] =>
  [...settings]
    .filter(([key, { options }]) => options.generated === true && values.get(key) === null)
    .filter(([key]) => !invalid.some((issue) => issue.key === key))
    .map(([key]) => {
      const message = `required in production; set ${environmentName(key)} or ${environmentName(key)}_FILE`;
      return { key, file: null, code: 'secret_missing', message };
    });

/** Each variable is a layer of its own, since operators look for its name. */
const environmentLayers = ({ bindings }: EnvironmentPlan, values: ReadonlyMap<string, unknown>): StatedLayer[] =>
  bindings.map(({ key, variable }) => ({ source: `env:${variable}`, values: new Map([[key, values.get(key)]]) }));

/**
 * Builds a configuration from what was read: validates every layer, lays them over each other, checks the rules between
 * keys. Collects all issues rather than the first.
 */
export const load = (disk: DiskState, context: LoadContext): LoadOutcome => {
  const { production, needsSecrets, dataDir, secretFor, validate, rollback = null } = context;
  const files = [...disk.layers, ...disk.templates].map(([name, state]) => ({
    name,
    state,
    layer: validate(name, state),
  }));
  const stated = files.map(({ layer }) => layer.values);
  const known = rollback === null ? stated : [...stated, rollback];
  const plan = matchOpenKeys(
    context.plan,
    known.flatMap((layer) => [...layer.keys()]),
  );
  const environment = validateEnvironment(plan, disk.mounts);
  const issues = [...missing(disk, context), ...files.flatMap(({ layer }) => layer.issues), ...environment.issues];
  const layers = [
    ...files.map(({ name, layer }): StatedLayer => ({ source: `file:${name}`, values: layer.values })),
    ...(rollback === null ? [] : [rollbackLayer(stated, rollback)]),
  ];
  const sources = new Map(layers.flatMap(({ source, values }) => [...values.keys()].map((key) => [key, source])));
  for (const { key, variable } of plan.bindings) sources.set(key, `env:${variable}`);
  const positions = positionsOf(files, sources);

  const fileValues = rollback === null ? stated : [...stated.map(staying), rollback];
  const values = new Map(compose([...fileValues, environment.values]));
  const missingSecretIssues = production ? missingSecrets(values, issues) : [];
  if (needsSecrets) issues.push(...missingSecretIssues);
  // With issues already found the secrets are only filled in so that the rules can be checked; none is made for it.
  for (const [key, { options }] of settings) {
    if (options.generated === true && values.get(key) === null) {
      values.set(key, issues.length > 0 ? '' : secretFor(key));
    }
  }
  if (values.get('mail.outboxDir') === null) values.set('mail.outboxDir', join(dataDir, 'outbox'));
  issues.push(...checkRules(toSettings(values), settingPlaces(sources, positions), issues));
  if (issues.length > 0) return { ok: false, issues };

  const mounted = new Set(plan.bindings.filter(({ how }) => how === 'mount').map(({ key }) => key));
  const mountedValues = new Map([...environment.values].filter(([key]) => mounted.has(key)));
  return {
    ok: true,
    loaded: {
      values,
      sources,
      stated: new Map([...fileValues, mountedValues].flatMap((layer) => [...layer])),
      layers: [...layers, ...environmentLayers(plan, environment.values)],
      files: files.filter(({ state }) => state.kind !== 'absent').map(({ name }) => name),
      pinned: plan.bindings.map(({ key, variable }) => ({ key, variable })),
      mounted: [...mounted],
      positions,
      missingSecrets: missingSecretIssues.flatMap(({ key }) => key ?? []),
      hash: contentHash([...fileValues, mountedValues], String(values.get('auth.keys.encryptionKey'))),
    },
  };
};
