import { Mutex } from 'async-mutex';
import { systemClock, type Clock } from '../clock.js';
import { explainAll, layersOf, type LayerValue, type SettingEntry } from './explain.js';
import type { DiskState } from './files/disk-state.js';
import { FileWatch } from './files/file-watch.js';
import { documentsOf, type ConfigDocument } from './files/masked-document.js';
import { attemptOf } from './overrides/apply-overrides.js';
import { OverrideChanges } from './overrides/override-changes.js';
import { RevisionSync } from './overrides/revision-sync.js';
import { Synchronizer } from './overrides/synchronizer.js';
import { ConfigReader } from './reload/config-reader.js';
import { statusOf } from './reload/config-snapshot.js';
import { ConfigStore } from './reload/config-store.js';
import { compareFiles, dryRunDocument, type DryRunResult, type FileComparison } from './reload/dry-run.js';
import { ReloadReport } from './reload/reload-report.js';
import { RetrySchedule } from './reload/retry-schedule.js';
import type { Subscriber } from './reload/subscribers.js';
import { contentOf, type RevisionContent } from './revisions/revision-content.js';
import { RevisionRepository, StaleRevisionError, type RevisionStore } from './revisions/revision-repository.js';
import type { Settings } from './schema/schema.js';
import type { ChangeRequest, ConfigOptions, ConfigStatus, ReloadResult, ReloadTrigger } from './types.js';

/*
 * One reload, from the file to the revision:
 *
 *   files/     FileWatch reports a change when the files have been unchanged for the quiet period (or: SIGHUP, the API)
 *   config.ts  Config.reload waits until no other change is running
 *   files/     the layers, templates and mounted secrets are read as one DiskState
 *   reload/    ConfigReader validates every layer by schema/ and merges them; all errors are collected
 *   reload/    nextSnapshot keeps restart keys; prepareAll lets every subscriber prepare its resource
 *   reload/    ConfigStore swaps the snapshot and commits the subscribers, with nothing in between
 *   revisions/ RevisionRepository records the content; the database assigns the number
 *   reload/    ReloadReport updates log, metrics and audit log
 *
 * An error at any step before the swap rejects the reload, and the active configuration stays.
 *
 * overrides/ changes the layer above the files: OverrideChanges stores a change in the database before the swap, and RevisionSync
 * applies it on the other instances.
 * Imports go in one direction only, from right to left: schema/ < files/ < revisions/ < reload/ < overrides/ < config.ts (ADR 30).
 */

/** Default time for a subscriber to prepare, in milliseconds. Other changes wait for it. */
const defaultPrepareDeadlineMs = 2000;

/** Default time that a change waits for the database to number it, in milliseconds. It takes effect in any case. */
const defaultNumberingMs = 300;

/**
 * The live configuration. Code reads `current` once per request: one frozen object that is replaced as a whole. Invalid files
 * never replace it.
 */
export class Config {
  /** Digest of the files that were validated last; empty if they were not stable. */
  #validatedDigest: string;
  #isClosed = false;
  /** A reload that has not started. It serves all callers until then, because it will see the same files. */
  #queued: Promise<ReloadResult> | null = null;
  #firstNumbering: Promise<void> | null = null;
  readonly #subscribers = new Set<Subscriber>();
  readonly #mutex = new Mutex();
  readonly #retry = new RetrySchedule();
  readonly #clock: Clock;
  readonly #reader: ConfigReader;
  readonly #repository: RevisionRepository;
  readonly #store: ConfigStore;
  readonly #revisions: RevisionSync;
  readonly #synchronizer: Synchronizer;
  readonly #files: FileWatch;
  /** Changes the overrides at the request of operators. */
  readonly overrides: OverrideChanges;

  private constructor(private readonly options: ConfigOptions) {
    const { log, times, directory, clock = systemClock } = options;
    this.#clock = clock;
    this.#reader = new ConfigReader(options);
    const numberingMs = times?.numberingMs ?? defaultNumberingMs;
    this.#repository = new RevisionRepository(log, numberingMs);
    const report = new ReloadReport(log, options.metrics);
    const prepareDeadlineMs = times?.prepareDeadlineMs ?? defaultPrepareDeadlineMs;
    const disk = this.#reader.readDisk();
    const parts = { reader: this.#reader, clock, repository: this.#repository, report, prepareDeadlineMs };
    this.#store = new ConfigStore({ ...parts, subscribers: this.#subscribers }, disk);
    const stores = { store: this.#store, repository: this.#repository, mutex: this.#mutex };
    const synchronize = (): void => void this.#synchronizer.synchronizeOrSettle(numberingMs);
    this.#revisions = new RevisionSync({ ...stores, clock, onDue: synchronize });
    this.#synchronizer = new Synchronizer({ ...stores, clock, log, sync: this.#revisions });
    this.overrides = new OverrideChanges({
      ...{ ...stores, sync: this.#revisions, synchronize },
      readFiles: async () => {
        if (this.#isUnknown(this.#reader.readDisk())) await this.#reloadOnce('poll', undefined);
      },
    });
    this.#validatedDigest = disk.digest;
    const watched = {
      ...{ directory, log, clock, times },
      read: () => this.#reader.readDisk(),
      isNews: (found: DiskState) => this.#isUnknown(found) || this.#retry.isDue(clock.monotonicMs()),
      onChange: (trigger: ReloadTrigger) => void this.reload(trigger),
    };
    this.#files = new FileWatch(watched, disk);
    report.opened(this.#store.active, this.#reader.plan);
  }

  /**
   * Reads the configuration, synchronously.
   * @throws {ConfigError} with every error in it
   */
  static open(options: ConfigOptions): Config {
    return new Config(options);
  }

  /** The active settings: deeply frozen, replaced as a whole. */
  get current(): Settings {
    return this.#store.active.snapshot.settings;
  }

  /** The status of the configuration, as operators see it. */
  get status(): ConfigStatus {
    return statusOf(this.#store.active, this.#store.lastError);
  }

  /** The revision of active or earlier settings; null until the database has assigned a number. */
  revisionOf(settings: Settings): number | null {
    return this.#store.revisionOf(settings);
  }

  /**
   * Describes one key, the keys of a section, or all keys; secrets masked.
   * @returns an empty list if the key does not exist
   */
  explain(key?: string): SettingEntry[] {
    return explainAll(this.#store.active.snapshot, key);
  }

  /** The value of a key in every layer that sets it, lowest precedence first. */
  layersOf(key: string): LayerValue[] {
    return layersOf(this.#store.active.snapshot, key);
  }

  /** The files on disk, lowest precedence first, without secrets; null for one that cannot be parsed. */
  documents(): ConfigDocument[] {
    return documentsOf(this.#reader.readDisk());
  }

  /** Validates a YAML text as if it were the content of local.yaml; nothing changes. */
  dryRun(document: string): DryRunResult {
    return dryRunDocument(this.#reader, this.#store.active, document);
  }

  /**
   * Compares the files of a directory with the active configuration; nothing changes.
   * @param directory absolute path; the directory of the service if absent
   */
  compare(directory = this.options.directory): FileComparison {
    const isOwn = directory === this.options.directory;
    const reader = isOwn ? this.#reader : new ConfigReader({ ...this.options, directory });
    return compareFiles(this.#store.active, reader, isOwn);
  }

  /** The content of the active configuration, to be compared with revisions. */
  get content(): RevisionContent {
    return contentOf(this.#store.active.snapshot.loaded);
  }

  /** Adds a subscriber. @returns removes it again */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** Sets the store of revisions, which needs a database. Without one, revisions have no numbers. */
  useRevisionStore(store: RevisionStore): void {
    this.#repository.useStore(store);
  }

  /**
   * Waits until the database has been asked for the number of the active configuration. The first call also applies the
   * overrides in the database.
   * @param timeoutMs how long the database may take, in milliseconds
   */
  async ensureNumbered(timeoutMs?: number): Promise<void> {
    if (!this.#repository.hasStore) return;
    this.#firstNumbering ??= this.#mutex.runExclusive(() => this.#revisions.ensureNumbered(timeoutMs));
    await this.#firstNumbering;
    await this.#store.numbering;
  }

  /** Whether the overrides in the database were applied since the start. Until then, the service must not become ready. */
  get hasOverrides(): boolean {
    return this.#revisions.hasStarted;
  }

  /**
   * Applies what other instances have changed.
   * @param timeoutMs how long the database may take, in milliseconds; null for any time
   * @throws an error of the database
   */
  syncRevisions(timeoutMs: number | null = null): Promise<void> {
    return this.#synchronizer.synchronize(timeoutMs);
  }

  /**
   * Reads the files and applies them if they are valid. Only one change runs at a time.
   * @param request who asked for it; without one, the result of a reload that is already queued is shared
   * @throws {StaleRevisionError} when the precondition of the request is not met
   */
  reload(trigger: ReloadTrigger, request?: ChangeRequest): Promise<ReloadResult> {
    if (this.#isClosed) return Promise.reject(new Error('the configuration is closed'));
    if (request === undefined && this.#queued !== null) return this.#queued;
    const mustWait = this.#mutex.isLocked();
    const reload = this.#mutex.runExclusive(() => {
      if (this.#queued === reload) this.#queued = null;
      return this.#reloadOnce(trigger, request);
    });
    if (mustWait && request === undefined) this.#queued = reload;
    return reload;
  }

  /** Starts to watch the directory and its templates; resolves when changes are noticed. */
  watch(): Promise<void> {
    return this.#files.start();
  }

  /** Stops watching and waits for the reload in progress. `current` stays readable. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#synchronizer.close();
    await this.#files.close();
    await this.#mutex.runExclusive(() => undefined);
  }

  #isUnknown({ digest, isStable }: DiskState): boolean {
    return !isStable || digest !== this.#validatedDigest;
  }

  async #reloadOnce(trigger: ReloadTrigger, request: ChangeRequest | undefined): Promise<ReloadResult> {
    if (request?.expects?.(this.status) === false) throw new StaleRevisionError();
    const disk = await this.#files.settled();
    this.#validatedDigest = disk.isStable ? disk.digest : '';
    this.#retry.begun();
    await this.#revisions.start();
    const unchanged = attemptOf(this.#store, this.#store.active.overrides);
    const requester = request?.requester ?? null;
    const { result } = await this.#store.reload({ ...unchanged, trigger, requester, disk });
    this.#retry.ended(result, disk.digest, this.#clock.monotonicMs());
    return result;
  }
}
