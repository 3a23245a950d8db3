import {
  decodeText,
  layerNames,
  readDisk,
  templateFolder,
  templateKeys,
  templateName,
  type DiskSources,
  type DiskState,
  type FileState,
} from '../files/disk-state.js';
import { planEnvironment, type EnvironmentPlan } from '../files/environment.js';
import { findSecret, generatedSecret } from '../files/generated-secrets.js';
import { validateFile, validateValue, type Layer, type ValidatedFiles } from '../files/validate.js';
import { ConfigError, type ConfigIssue } from '../issue.js';
import type { Override } from '../override-state.js';
import { suggest } from '../schema/setting.js';
import type { ConfigOptions, LeftOutOverride } from '../types.js';
import { load, type LoadOutcome } from './load.js';
import { fitOverrides } from './override-layer.js';

/** Options for `ConfigReader`. */
export type ReaderOptions = Pick<ConfigOptions, 'directory' | 'nodeEnv' | 'env' | 'dataDir' | 'secrets' | 'validated'>;

/** Options for one read. */
export interface ReadRequest {
  readonly disk: DiskState;
  /** Files of the active configuration, which must still exist. */
  readonly activeFiles?: readonly string[];
  readonly overrides?: readonly Override[];
  /** Whether an override may be left out if it is invalid together with the files; none may by default. */
  readonly mayLeaveOut?: (key: string) => boolean;
  /** Whether the request changes an override; errors are then reported for it. */
  readonly isChanged?: (key: string) => boolean;
  /** Whether the result is only shown: no secret is created then. */
  readonly isDryRun?: boolean;
}

/** The result of one read. */
export interface Reading {
  readonly outcome: LoadOutcome;
  /** The overrides without effect. */
  readonly leftOut: readonly LeftOutOverride[];
}

/** Used in a dry run for a secret that does not exist yet. */
const placeholder = '0'.repeat(64);

const layer = (values: readonly (readonly [string, unknown])[], issues: readonly ConfigIssue[] = []): Layer => ({
  values: new Map(values),
  issues,
});

/** Validates a template file, which sets one key. The content `{}` sets nothing, so the built-in text is used. */
const validateTemplate = (file: string, state: FileState): Layer => {
  if (state.kind === 'absent') return layer([]);
  const issue = (found: Omit<ConfigIssue, 'file' | 'key'>, key: string | null = null): Layer =>
    layer([], [{ key, file, ...found }]);
  if (state.kind === 'issue') return issue({ code: state.code, message: state.message });
  const name = templateName(file);
  const key = templateKeys.get(name);
  if (key === undefined) {
    const suggestion = suggest(name, [...templateKeys.keys()]);
    const message = 'unknown mail template';
    return issue({ code: 'unknown_key', message, ...(suggestion !== undefined && { suggestion }) });
  }
  const text = decodeText(state.bytes);
  if (text === null) return issue({ code: 'binary', message: 'not a text file in UTF-8' }, key);
  if (text.trim() === '') {
    return issue({ code: 'empty_document', message: 'file is empty; use {} for the built-in text' }, key);
  }
  if (text.trim() === '{}') return layer([]);
  const validated = validateValue(key, name.endsWith('.subject') ? text.replace(/\r?\n$/, '') : text, file);
  return 'issue' in validated ? layer([], [validated.issue]) : layer([[key, validated.value]]);
};

/** Reads the configuration of one directory and one environment. */
export class ConfigReader {
  readonly plan: EnvironmentPlan;
  readonly #sources: DiskSources;
  readonly #dataDir: string;
  readonly #secrets = new Map<string, string>();
  readonly #validated: ValidatedFiles;

  /** @throws {ConfigError} when `NODE_ENV` is not a plain word */
  constructor(private readonly options: ReaderOptions) {
    const none: ValidatedFiles = new Map();
    const { directory, nodeEnv, env, dataDir = '.data', validated = none } = options;
    this.plan = planEnvironment(env);
    const mounts = this.plan.bindings.filter(({ how }) => how === 'mount').map(({ content }) => content);
    this.#sources = { directory, layers: layerNames(nodeEnv), mounts };
    this.#dataDir = dataDir;
    this.#validated = validated;
  }

  /** Reads all files. */
  readDisk(): DiskState {
    return readDisk(this.#sources);
  }

  /**
   * Validates files that were read, and merges them with the overrides and the environment. The files must be valid without the
   * overrides too, because a start reads them alone.
   * @throws {ConfigError} when a secret can neither be read nor created
   */
  read(request: ReadRequest): Reading {
    const { disk, activeFiles = [], overrides = [], mayLeaveOut = () => false, isDryRun = false } = request;
    const context = {
      directory: this.options.directory,
      plan: this.plan,
      files: [...disk.layers, ...disk.templates].map(([name, state]) => ({
        ...{ name, isPresent: state.kind !== 'absent', layer: this.#validate(name, state) },
      })),
      production: this.options.nodeEnv === 'production',
      needsSecrets: this.options.secrets !== 'optional',
      required: [...new Set(['default.yaml', ...activeFiles])],
      dataDir: this.#dataDir,
      secretFor: (key: string) =>
        isDryRun || this.options.secrets === 'optional' ? this.#existingSecret(key) : this.#secret(key),
    };
    const plain = load(disk, context);
    if (!plain.ok || overrides.length === 0) return { outcome: plain, leftOut: [] };
    const { isChanged = () => false } = request;
    const fit = fitOverrides(overrides, plain.loaded, mayLeaveOut, (chosen) =>
      load(disk, { ...context, overrides: chosen, isChanged }),
    );
    return fit.ok ? { outcome: fit, leftOut: fit.leftOut } : { outcome: fit, leftOut: [] };
  }

  #validate(name: string, state: FileState): Layer {
    const known = this.#validated.get(name);
    if (state.kind === 'bytes' && known?.bytes.equals(state.bytes) === true) return known.layer;
    const isTemplate = name === templateFolder || name.startsWith(`${templateFolder}/`);
    const validated = isTemplate ? validateTemplate(name, state) : validateFile(name, state);
    if (state.kind === 'bytes') this.#validated.set(name, { bytes: state.bytes, layer: validated });
    else this.#validated.delete(name);
    return validated;
  }

  /** Reads or creates a secret once: changes to its file have no effect while the service is running. */
  #secret(key: string): string {
    const secret = this.#secrets.get(key) ?? generatedSecret(this.#dataDir, key);
    this.#secrets.set(key, secret);
    return secret;
  }

  #existingSecret(key: string): string {
    try {
      return this.#secrets.get(key) ?? findSecret(this.#dataDir, key) ?? placeholder;
    } catch (error) {
      // A user who checks a directory may not be allowed to read the secrets of the service.
      if (error instanceof ConfigError) return placeholder;
      throw error;
    }
  }
}
