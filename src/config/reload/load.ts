import { join } from 'node:path';
import { type DiskState, templateFolder } from '../files/disk-state.js';
import { type EnvironmentPlan, matchOpenKeys, type Pinned, validateEnvironment } from '../files/environment.js';
import type { Layer } from '../files/validate.js';
import type { ConfigIssue, Position } from '../issue.js';
import { checkRules, type SettingPlace } from '../schema/rules.js';
import { environmentName, openSectionOf, settings, type Settings } from '../schema/schema.js';
import { compose, contentHash, filesHash, nest } from './compose.js';

/** The layers of overrides, as sources of settings. */
const overrideSources = ['rollback', 'override'] as const;

/** A valid override. */
export interface ParsedOverride {
  readonly key: string;
  /** Undefined for the default. */
  readonly value: unknown;
  readonly source: (typeof overrideSources)[number];
}

/** The values of one layer. */
export interface StatedLayer {
  /** `file:<name>`, `rollback`, `override` or `env:<variable>`. */
  readonly source: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** A valid configuration, before restart keys keep their active values. */
export interface Loaded {
  /** Every key with its value. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The layer that sets a key: `file:<name>`, `rollback`, `override` or `env:<variable>`; absent for defaults. */
  readonly sources: ReadonlyMap<string, string>;
  /** The values of the files, the overrides and the mounted secrets: the content that `hash` covers. */
  readonly stated: ReadonlyMap<string, unknown>;
  /** Every layer, lowest precedence first. */
  readonly layers: readonly StatedLayer[];
  /** The files that exist, lowest precedence first, then the mail templates. */
  readonly files: readonly string[];
  readonly pinned: readonly Pinned[];
  /** Keys that a mounted file (`…_FILE`) sets. They belong to the environment of one instance. */
  readonly mounted: readonly string[];
  /** Positions of the values that a YAML file sets. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Secrets that are not set and are required for a start in production. */
  readonly missingSecrets: readonly string[];
  readonly hash: string;
  /** Hash of what each file sets, also where it is overridden. */
  readonly filesHash: string;
}

/** A file of the configuration directory, and what it sets. */
interface LayerFile {
  readonly name: string;
  readonly isPresent: boolean;
  readonly layer: Layer;
}

/** Options for `load`. */
export interface LoadContext {
  /** The configuration directory. */
  readonly directory: string;
  readonly plan: EnvironmentPlan;
  readonly production: boolean;
  /** Whether production requires the secrets that are otherwise generated. */
  readonly needsSecrets: boolean;
  /** Files that must exist: default.yaml, and the files of the active configuration. */
  readonly required: readonly string[];
  /** The data directory; the default location of the mail outbox. */
  readonly dataDir: string;
  /** Returns the secret for a key that is not set. */
  readonly secretFor: (key: string) => string;
  /** The validated files, lowest precedence first. */
  readonly files: readonly LayerFile[];
  /** Values that take precedence over those of the files. */
  readonly overrides?: readonly ParsedOverride[];
  /** Whether a request changes the override of a key. */
  readonly isChanged?: (key: string) => boolean;
}

/** A valid configuration, or all errors in it. */
export type LoadOutcome =
  { readonly ok: true; readonly loaded: Loaded } | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
};

/** The file or variable that sets a key; null for a default. */
export const fileOf =
  (sources: ReadonlyMap<string, string>) =>
  (key: string): string | null =>
    sources.get(key)?.replace(/^(file|env):/, '') ?? null;

/** Positions of the values that come from a YAML file. */
const positionsOf = (
  files: readonly LayerFile[],
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

/** Where a key is set: the file or variable, and the position in a YAML file. */
export const settingPlaces =
  (sources: ReadonlyMap<string, string>, positions: ReadonlyMap<string, Position>) =>
  (key: string): SettingPlace => ({ file: fileOf(sources)(key), ...positions.get(key) });

/** Builds a frozen tree. Feature flags are an object without prototype, because operators choose their names. */
export const toSettings = (values: ReadonlyMap<string, unknown>): Settings => {
  const switches = Object.create(null) as Record<string, unknown>;
  const others = new Map<string, unknown>();
  for (const [key, value] of values) {
    if (openSectionOf(key) === undefined) others.set(key, value);
    else switches[key.slice(key.indexOf('.') + 1)] = value;
  }
  const tree = { ...nest(others), features: switches };
  freeze(tree);
  // The values were parsed by the formats of the schema, from which the type is derived.
  return tree as unknown as Settings;
};

/** Whether nothing is known about a template because the template folder cannot be read. */
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

/** Each variable is a separate layer, because operators look for its name. */
const environmentLayers = ({ bindings }: EnvironmentPlan, values: ReadonlyMap<string, unknown>): StatedLayer[] =>
  bindings.map(({ key, variable }) => ({ source: `env:${variable}`, values: new Map([[key, values.get(key)]]) }));

/** The layers of the overrides. A key that is overridden with its default is shown with it. */
const overrideLayers = (overrides: readonly ParsedOverride[]): StatedLayer[] =>
  overrideSources
    .map((source) => ({
      source,
      values: new Map(
        overrides
          .filter((override) => override.source === source)
          .map(({ key, value }) => [key, value === undefined ? settings.get(key)?.defaultValue() : value]),
      ),
    }))
    .filter(({ values }) => values.size > 0);

/** The values of the files without the overridden keys, then those of the overrides. */
const withOverrides = (
  files: readonly ReadonlyMap<string, unknown>[],
  overrides: readonly ParsedOverride[],
): readonly ReadonlyMap<string, unknown>[] => {
  if (overrides.length === 0) return files;
  const overridden = new Set(overrides.map(({ key }) => key));
  return [
    ...files.map((values) => new Map([...values].filter(([key]) => !overridden.has(key)))),
    new Map(overrides.filter(({ value }) => value !== undefined).map(({ key, value }) => [key, value])),
  ];
};

/**
 * Builds a configuration from validated files and the environment: merges the layers and checks the rules between keys. Collects
 * all errors, not only the first.
 */
export const load = (disk: DiskState, context: LoadContext): LoadOutcome => {
  const { files, production, needsSecrets, dataDir, secretFor, overrides = [] } = context;
  const stated = files.map(({ layer }) => layer.values);
  const plan = matchOpenKeys(context.plan, [
    ...stated.flatMap((layer) => [...layer.keys()]),
    ...overrides.map(({ key }) => key),
  ]);
  const environment = validateEnvironment(plan, disk.mounts);
  const issues = [...missing(disk, context), ...files.flatMap(({ layer }) => layer.issues), ...environment.issues];
  const layers = [
    ...files.map(({ name, layer }): StatedLayer => ({ source: `file:${name}`, values: layer.values })),
    ...overrideLayers(overrides),
  ];
  const sources = new Map(layers.flatMap(({ source, values }) => [...values.keys()].map((key) => [key, source])));
  for (const { key, variable } of plan.bindings) sources.set(key, `env:${variable}`);
  const positions = positionsOf(files, sources);

  const fileValues = withOverrides(stated, overrides);
  const values = new Map(compose([...fileValues, environment.values]));
  const missingSecretIssues = production ? missingSecrets(values, issues) : [];
  if (needsSecrets) issues.push(...missingSecretIssues);
  // If there are errors, placeholders are used, so that the rules can be checked without creating a secret.
  for (const [key, { options }] of settings) {
    if (options.generated === true && values.get(key) === null) {
      values.set(key, issues.length > 0 ? '' : secretFor(key));
    }
  }
  if (values.get('mail.outboxDir') === null) values.set('mail.outboxDir', join(dataDir, 'outbox'));
  issues.push(...checkRules(toSettings(values), settingPlaces(sources, positions), issues, context.isChanged));
  if (issues.length > 0) return { ok: false, issues };

  const mounted = new Set(plan.bindings.filter(({ how }) => how === 'mount').map(({ key }) => key));
  const mountedValues = new Map([...environment.values].filter(([key]) => mounted.has(key)));
  const present = files.filter(({ isPresent }) => isPresent);
  const encryptionKey = String(values.get('auth.keys.encryptionKey'));
  return {
    ok: true,
    loaded: {
      values,
      sources,
      stated: new Map([...fileValues, mountedValues].flatMap((layer) => [...layer])),
      layers: [...layers, ...environmentLayers(plan, environment.values)],
      files: present.map(({ name }) => name),
      pinned: plan.bindings.map(({ key, variable }) => ({ key, variable })),
      mounted: [...mounted],
      positions,
      missingSecrets: missingSecretIssues.flatMap(({ key }) => key ?? []),
      hash: contentHash([...fileValues, mountedValues], encryptionKey),
      filesHash: filesHash(
        present.map(({ name, layer }) => [name, layer.values]),
        encryptionKey,
      ),
    },
  };
};
