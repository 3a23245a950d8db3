import { join } from 'node:path';
import { systemClock, type Clock } from '../clock.js';
import { planEnvironment, type EnvironmentPlan } from './environment.js';
import { explainAll, type SettingEntry } from './explain.js';
import { ConfigError, describeFault } from './fault.js';
import { generatedSecret } from './generated-secrets.js';
import { firstGeneration, type Generation } from './generation.js';
import { load, type LoadOutcome } from './load.js';
import { OneAtATime } from './one-at-a-time.js';
import { ReloadReport } from './reload-report.js';
import { RevisionWaiters } from './revision-waiters.js';
import type { Settings } from './settings.js';
import { takeSnapshot, type DiskSnapshot, type DiskSources } from './snapshot.js';
import { diskSources } from './sources.js';
import type { Subscriber } from './subscribers.js';
import { templateFolder } from './template-files.js';
import { transact, type Verdict } from './transaction.js';
import type { ConfigOptions, ConfigStatus, LastError, ReloadResult, ReloadTrigger } from './types.js';
import { defaultWatchTimes, DirectoryWatcher } from './watcher.js';

const defaultPrepareDeadlineMs = 10_000;

/**
 * The configuration in force. Readers take `current` once a request; it is one frozen object that is replaced as a
 * whole, so that they never see two generations mixed. Whatever happens to the files, the last good one stays.
 */
export class Config {
  #generation: Generation;
  #revision = 1;
  #loadedAt: Date;
  #lastError: LastError | null = null;
  #judgedDigest: string;
  #watchers: readonly DirectoryWatcher[] = [];
  #isClosed = false;
  readonly #subscribers = new Set<Subscriber>();
  readonly #secrets = new Map<string, string>();
  readonly #waiters = new RevisionWaiters();
  readonly #reloads = new OneAtATime((trigger: ReloadTrigger) => this.#reloadOnce(trigger));
  readonly #clock: Clock;
  readonly #dataDir: string;
  readonly #report: ReloadReport;
  readonly #plan: EnvironmentPlan;
  readonly #sources: DiskSources;

  private constructor(private readonly options: ConfigOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#dataDir = options.dataDir ?? '.data';
    this.#plan = planEnvironment(options.env);
    this.#sources = diskSources(options.directory, options.nodeEnv, this.#plan);
    const snapshot = takeSnapshot(this.#sources);
    const outcome = this.#load(snapshot, []);
    if (!outcome.ok) throw new ConfigError(outcome.faults);
    this.#generation = firstGeneration(outcome.loaded);
    this.#judgedDigest = snapshot.digest;
    this.#loadedAt = this.#clock.now();
    this.#report = new ReloadReport(options.log, options.metrics);
    this.#report.opened(this.#generation, this.#plan, this.#loadedAt);
  }

  /**
   * Reads the configuration, synchronously.
   * @throws {ConfigError} with every fault, when there is one
   */
  static open(options: ConfigOptions): Config {
    return new Config(options);
  }

  /** The settings in force: deeply frozen, replaced as a whole. */
  get current(): Settings {
    return this.#generation.settings;
  }

  /** What operators are shown. */
  get status(): ConfigStatus {
    const { loaded, pendingRestart } = this.#generation;
    return {
      revision: this.#revision,
      hash: loaded.hash,
      loadedAt: this.#loadedAt,
      lastError: this.#lastError,
      pendingRestart,
      files: loaded.files,
      pinned: loaded.pinned,
    };
  }

  /**
   * Explains one key, the keys of a section, or all; secrets masked.
   * @returns nothing when there is no such key
   */
  explain(key?: string): SettingEntry[] {
    return explainAll(this.#generation, key);
  }

  /** Adds someone who follows the settings; the answer removes them again. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** Reads the files anew and puts them into force if they are sound. One reload at a time, one queued. */
  reload(trigger: ReloadTrigger): Promise<ReloadResult> {
    return this.#isClosed ? Promise.reject(new Error('the configuration is closed')) : this.#reloads.run(trigger);
  }

  /** Begins to follow the directory and its templates; resolves when changes are being noticed. */
  async watch(): Promise<void> {
    if (this.#isClosed || this.#watchers.length > 0) return;
    const { directory } = this.options;
    this.#watchers = [directory, join(directory, templateFolder)].map((followed) => this.#follow(followed));
    await Promise.all(this.#watchers.map((watcher) => watcher.start()));
  }

  #follow(directory: string): DirectoryWatcher {
    return new DirectoryWatcher({
      directory,
      clock: this.#clock,
      log: this.options.log,
      times: { ...defaultWatchTimes, ...this.options.times },
      hasNews: () => {
        const { digest, isStable } = takeSnapshot(this.#sources);
        return isStable && digest !== this.#judgedDigest;
      },
      onChange: (trigger) => void this.reload(trigger),
    });
  }

  /** Stops following the directory and ends the reload under way; nothing is left open. `current` stays readable. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.abandon(new Error('the configuration was closed'));
    await Promise.all(this.#watchers.map((watcher) => watcher.close()));
    await this.#reloads.idle();
  }

  /**
   * Resolves when a revision, or a later one, is in force.
   * @throws {Error} after the time, with the last error of the files if there is one
   */
  whenRevision(revision: number, timeoutMs: number): Promise<void> {
    if (this.#revision >= revision) return Promise.resolve();
    return this.#waiters.wait(revision, timeoutMs, () => {
      const reason = this.#lastError?.errors.map(describeFault).join('; ') ?? 'no change was noticed';
      return `revision ${revision} was not in force after ${timeoutMs} ms, but ${this.#revision}: ${reason}`;
    });
  }

  #load(snapshot: DiskSnapshot, inForce: readonly string[]): LoadOutcome {
    return load(snapshot, {
      plan: this.#plan,
      production: this.options.nodeEnv === 'production',
      required: [...new Set(['default.yaml', ...inForce])],
      dataDir: this.#dataDir,
      secretFor: (key) => this.#generatedSecret(key),
    });
  }

  /** Looked up once: what becomes of its file while the service runs must not matter. */
  #generatedSecret(key: string): string {
    const secret = this.#secrets.get(key) ?? generatedSecret(this.#dataDir, key);
    this.#secrets.set(key, secret);
    return secret;
  }

  async #reloadOnce(trigger: ReloadTrigger): Promise<ReloadResult> {
    const startedMs = this.#clock.monotonicMs();
    const snapshot = takeSnapshot(this.#sources);
    this.#judgedDigest = snapshot.isStable ? snapshot.digest : '';
    const verdict = await this.#transact(snapshot);
    const at = this.#clock.now();
    const attempt = { trigger, durationMs: this.#clock.monotonicMs() - startedMs, at };
    const wasRefused = this.#lastError !== null;
    this.#lastError = verdict.outcome === 'refused' ? { at, errors: verdict.faults } : null;
    if (verdict.outcome === 'applied') {
      this.#revision += 1;
      this.#loadedAt = at;
      this.#report.applied(this.#revision, this.#generation, verdict.changes, attempt);
      this.#waiters.reached(this.#revision);
    } else if (verdict.outcome === 'unchanged') this.#report.unchanged({ ...attempt, wasRefused });
    else this.#report.refused(this.#revision, verdict.faults, snapshot.digest, attempt);
    return {
      outcome: verdict.outcome,
      revision: this.#revision,
      changed: verdict.outcome === 'applied' ? verdict.changes.map(({ key }) => key) : [],
      pendingRestart: this.#generation.pendingRestart,
      errors: verdict.outcome === 'refused' ? verdict.faults : [],
    };
  }

  async #transact(snapshot: DiskSnapshot): Promise<Verdict> {
    try {
      return await transact({
        snapshot,
        previous: this.#generation,
        load: (taken) => this.#load(taken, this.#generation.loaded.files),
        swap: (generation) => {
          this.#generation = generation;
        },
        subscribers: [...this.#subscribers],
        prepareDeadlineMs: this.options.times?.prepareDeadlineMs ?? defaultPrepareDeadlineMs,
        onUndoError: (error) => this.#report.undoFailed(error),
      });
    } catch (error) {
      // Only a secret that cannot be made or read gets here; anything else is a fault of ours, and no reason to stop.
      if (error instanceof ConfigError) return { outcome: 'refused', faults: error.faults };
      const message = `the reload broke off: ${error instanceof Error ? error.message : String(error)}`;
      return { outcome: 'refused', faults: [{ key: null, file: null, code: 'unreadable', message }] };
    }
  }
}
