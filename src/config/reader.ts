import { planEnvironment, type EnvironmentPlan } from './environment.js';
import { ConfigError } from './fault.js';
import { generatedSecret, keptSecret } from './generated-secrets.js';
import { JudgedFiles } from './judged-files.js';
import { load, type LoadOutcome } from './load.js';
import type { FileState } from './read-file.js';
import type { Rollback } from './rollback.js';
import { takeSnapshot, type DiskSnapshot, type DiskSources } from './snapshot.js';
import { diskSources } from './sources.js';
import type { ConfigOptions } from './types.js';

/** Where a reader looks. */
export type ReaderOptions = Pick<ConfigOptions, 'directory' | 'nodeEnv' | 'env' | 'dataDir' | 'secrets'>;

/** How a snapshot is to be read. */
export interface ReadRequest {
  readonly snapshot: DiskSnapshot;
  /** Files that were in force and must not have gone. */
  readonly inForce?: readonly string[];
  /** Laid over the files, as long as they state what it was made for. */
  readonly rollback?: Rollback | null;
  /** Whether it is only to be judged: no secret is made for it. */
  readonly isTrial?: boolean;
}

/** A configuration as it was read, or what is wrong with it. */
export interface Reading {
  readonly outcome: LoadOutcome;
  /** Names what the files state, whatever lies over them; empty when they are faulty. */
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
  readonly #files = new JudgedFiles();

  /** @throws {ConfigError} when `NODE_ENV` is no plain word */
  constructor(private readonly options: ReaderOptions) {
    this.plan = planEnvironment(options.env);
    this.#sources = diskSources(options.directory, options.nodeEnv, this.plan);
    this.#dataDir = options.dataDir ?? '.data';
  }

  /** What is on disk now. */
  snapshot(): DiskSnapshot {
    return takeSnapshot(this.#sources);
  }

  /**
   * Judges a snapshot as a configuration.
   * @throws {ConfigError} when a secret can neither be read nor made
   */
  read({ snapshot, inForce = [], rollback = null, isTrial = false }: ReadRequest): Reading {
    const context = {
      directory: this.options.directory,
      plan: this.plan,
      production: this.options.nodeEnv === 'production',
      needsSecrets: this.options.secrets !== 'optional',
      required: [...new Set(['default.yaml', ...inForce])],
      dataDir: this.#dataDir,
      judge: (name: string, state: FileState) => this.#files.judge(name, state),
      secretFor: (key: string) =>
        isTrial || this.options.secrets === 'optional' ? this.#foundSecret(key) : this.#generatedSecret(key),
    };
    const plain = load(snapshot, context);
    if (!plain.ok) return { outcome: plain, filesHash: '', rollback: null };
    const filesHash = plain.loaded.hash;
    if (rollback?.bases.has(filesHash) !== true) return { outcome: plain, filesHash, rollback: null };
    return { outcome: load(snapshot, { ...context, rollback: rollback.layer }), filesHash, rollback };
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
      // Whoever judges a directory need not be the one who may read the secrets of the service.
      if (error instanceof ConfigError) return placeholder;
      throw error;
    }
  }
}
