import { planEnvironment, type EnvironmentPlan } from '../files/environment.js';
import { ConfigError } from '../issue.js';
import { generatedSecret, keptSecret } from '../files/generated-secrets.js';
import { FileValidator } from './file-validator.js';
import { load, type LoadOutcome } from './load.js';
import type { FileState } from '../files/read-file.js';
import type { Rollback } from '../revisions/rollback.js';
import { readDisk, type DiskState, type DiskSources } from '../files/disk-state.js';
import { diskSources } from '../files/disk-sources.js';
import type { ConfigOptions } from '../types.js';

/** Where a reader looks. */
export type ReaderOptions = Pick<ConfigOptions, 'directory' | 'nodeEnv' | 'env' | 'dataDir' | 'secrets'>;

/** How a disk is to be read. */
export interface ReadRequest {
  readonly disk: DiskState;
  /** Files that were in force and must not have gone. */
  readonly active?: readonly string[];
  /** Laid over the files, as long as they state what it was made for. */
  readonly rollback?: Rollback | null;
  /** Whether it is only to be validated: no secret is made for it. */
  readonly isDryRun?: boolean;
}

/** A configuration as it was read, or what is wrong with it. */
export interface Reading {
  readonly outcome: LoadOutcome;
  /** Names what the files state, whatever lies over them; empty when they are invalid. */
  readonly filesHash: string;
  /** Null when there was none, or when it is over since the files have changed. */
  readonly rollback: Rollback | null;
}

/** Stands for a secret that a start would make. */
const placeholder = '0'.repeat(64);

/** Reads configurations from one directory and one environment. */
export class ConfigReader {
  readonly plan: EnvironmentPlan;
  readonly #sources: DiskSources;
  readonly #dataDir: string;
  readonly #secrets = new Map<string, string>();
  readonly #files = new FileValidator();

  /** @throws {ConfigError} when `NODE_ENV` is no plain word */
  constructor(private readonly options: ReaderOptions) {
    this.plan = planEnvironment(options.env);
    this.#sources = diskSources(options.directory, options.nodeEnv, this.plan);
    this.#dataDir = options.dataDir ?? '.data';
  }

  /** What is on disk now. */
  readDisk(): DiskState {
    return readDisk(this.#sources);
  }

  /**
   * Validates a disk as a configuration.
   * @throws {ConfigError} when a secret can neither be read nor made
   */
  read({ disk, active = [], rollback = null, isDryRun = false }: ReadRequest): Reading {
    const context = {
      directory: this.options.directory,
      plan: this.plan,
      production: this.options.nodeEnv === 'production',
      needsSecrets: this.options.secrets !== 'optional',
      required: [...new Set(['default.yaml', ...active])],
      dataDir: this.#dataDir,
      validate: (name: string, state: FileState) => this.#files.validate(name, state),
      secretFor: (key: string) =>
        isDryRun || this.options.secrets === 'optional' ? this.#foundSecret(key) : this.#generatedSecret(key),
    };
    const plain = load(disk, context);
    if (!plain.ok) return { outcome: plain, filesHash: '', rollback: null };
    const filesHash = plain.loaded.hash;
    if (rollback?.bases.has(filesHash) !== true) return { outcome: plain, filesHash, rollback: null };
    return { outcome: load(disk, { ...context, rollback: rollback.layer }), filesHash, rollback };
  }

  /** Looked up once: what becomes of its file while the service runs must not matter. */
  #generatedSecret(key: string): string {
    const secret = this.#secrets.get(key) ?? generatedSecret(this.#dataDir, key);
    this.#secrets.set(key, secret);
    return secret;
  }

  #foundSecret(key: string): string {
    try {
      return this.#secrets.get(key) ?? keptSecret(this.#dataDir, key) ?? placeholder;
    } catch (error) {
      // Whoever validates a directory need not be the one who may read the secrets of the service.
      if (error instanceof ConfigError) return placeholder;
      throw error;
    }
  }
}
