import { systemClock, type Clock } from '../clock.js';
import { compareFiles, type FileComparison } from './reload/compare-files.js';
import { explainAll, type SettingEntry } from './explain.js';
import { statusOf } from './reload/active-config.js';
import { ConfigStore } from './reload/config-store.js';
import { FileWatch } from './files/file-watch.js';
import { ConfigReader } from './reload/config-reader.js';
import { RevisionRepository } from './revisions/revision-repository.js';
import { ReloadReport } from './reload/reload-report.js';
import { RetrySchedule } from './reload/retry-schedule.js';
import { StaleRevisionError, type RevisionStore } from './revisions/revision-store.js';
import { timeoutMessage, SnapshotWaiters } from './reload/snapshot-waiters.js';
import { RevisionFollower } from './revisions/revision-follower.js';
import type { Settings } from './schema/settings.js';
import type { DiskState } from './files/disk-state.js';
import { layersOf, type LayerValue } from './layers-of.js';
import type { Subscriber } from './reload/subscribers.js';
import { dryRunDocument, type DryRunResult } from './reload/dry-run.js';
import { Mutex } from './reload/mutex.js';
import type { ChangeRequest, ConfigOptions, ConfigStatus, ReloadResult, ReloadTrigger } from './types.js';

/** Other changes wait behind one that is being prepared: those who ask a server give up before. */
const defaultPrepareDeadlineMs = 2000;

/** How long a change waits for the database to number it; it comes into force all the same. */
const defaultNumberingMs = 300;

/**
 * The configuration in force. Readers take `current` once a request; it is one frozen object that is replaced as a
 * whole, so that they never see two snapshots mixed. Whatever happens to the files, the last good one stays.
 */
export class Config {
  #validatedDigest: string;
  #isClosed = false;
  /** A reload that has not begun: whoever comes meanwhile shares it, since it will see what they saw. */
  #waiting: Promise<ReloadResult> | null = null;
  #registering: Promise<void> | null = null;
  readonly #subscribers = new Set<Subscriber>();
  readonly #waiters = new SnapshotWaiters();
  readonly #turns = new Mutex();
  readonly #retry = new RetrySchedule();
  readonly #clock: Clock;
  readonly #reader: ConfigReader;
  readonly #registrar: RevisionRepository;
  readonly #keeper: ConfigStore;
  readonly #revisions: RevisionFollower;
  readonly #files: FileWatch;

  private constructor(private readonly options: ConfigOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#reader = new ConfigReader(options);
    this.#registrar = new RevisionRepository(options.log, options.times?.numberingMs ?? defaultNumberingMs);
    const report = new ReloadReport(options.log, options.metrics);
    const disk = this.#reader.readDisk();
    const parts = { reader: this.#reader, clock: this.#clock, registrar: this.#registrar, report };
    const keeping = {
      subscribers: this.#subscribers,
      prepareDeadlineMs: options.times?.prepareDeadlineMs ?? defaultPrepareDeadlineMs,
      onSnapshot: (snapshotNumber: number) => {
        this.#waiters.reached(snapshotNumber);
      },
    };
    this.#keeper = new ConfigStore({ ...parts, ...keeping }, disk);
    this.#revisions = new RevisionFollower(this.#keeper, this.#registrar, this.#clock);
    this.#validatedDigest = disk.digest;
    const watched = {
      ...{ directory: options.directory, log: options.log, clock: this.#clock, times: options.times },
      read: () => this.#reader.readDisk(),
      isNews: (found: DiskState) =>
        this.#hasNews(found) || this.#retry.isDue(this.#keeper.active.snapshot, this.#clock.monotonicMs()),
      onChange: (trigger: ReloadTrigger) => void this.reload(trigger),
    };
    this.#files = new FileWatch(watched, disk);
    report.opened(this.#keeper.active, this.#reader.plan);
  }

  /**
   * Reads the configuration, synchronously.
   * @throws {ConfigError} with every issue, when there is one
   */
  static open(options: ConfigOptions): Config {
    return new Config(options);
  }

  /** The settings in force: deeply frozen, replaced as a whole. */
  get current(): Settings {
    return this.#keeper.active.snapshot.settings;
  }

  /** What operators are shown. */
  get status(): ConfigStatus {
    return statusOf(this.#keeper.active, this.#keeper.lastError);
  }

  /** The revision of a configuration whose settings subscribers have applied already; null until it is numbered. */
  revisionOf(settings: Settings): number | null {
    return this.#keeper.revisionOf(settings);
  }

  /**
   * Explains one key, the keys of a section, or all; secrets masked.
   * @returns nothing when there is no such key
   */
  explain(key?: string): SettingEntry[] {
    return explainAll(this.#keeper.active.snapshot, key);
  }

  /** Who says what of a key, weakest first. */
  layersOf(key: string): LayerValue[] {
    return layersOf(this.#keeper.active.snapshot.loaded, key);
  }

  /** Validates a YAML text as if it stood in local.yaml now; nothing comes of it. */
  dryRun(document: string): DryRunResult {
    return dryRunDocument(this.#reader, this.#keeper.active, document);
  }

  /**
   * Compares the files of a directory with the active configuration; nothing changes.
   * @param directory absolute; the one that the service follows when absent
   * @throws {ConfigError} when a secret cannot be read
   */
  compare(directory = this.options.directory): FileComparison {
    const isOwn = directory === this.options.directory;
    const reader = isOwn ? this.#reader : new ConfigReader({ ...this.options, directory });
    return compareFiles(this.#keeper.active, reader, isOwn);
  }

  /** Adds someone who follows the settings; the answer removes them again. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** Gives it the database that numbers the revisions; until then they are counted here. */
  useRevisionStore(store: RevisionStore): void {
    this.#registrar.use(store);
  }

  /**
   * Resolves when the database has been asked, once, for the number of what is in force, and whether a rollback lies over it.
   * @param timeoutMs how long the database may take for each of the two, in milliseconds
   */
  ensureNumbered(timeoutMs?: number): Promise<void> {
    if (!this.#registrar.hasStore) return Promise.resolve();
    this.#registering ??= this.#turns.take(async () => {
      await this.#revisions.ensure(timeoutMs);
    });
    return this.#registering;
  }

  /**
   * Looks at what other instances have done to the configuration, and follows.
   * @throws a issue of the database
   */
  async syncRevisions(): Promise<void> {
    if (!this.#registrar.hasStore) return;
    // Read outside of the turn: a database that hangs must not hold up the files.
    for (let isDone = false; !isDone && !this.#isClosed;) {
      const { active } = this.#keeper;
      const state = await this.#registrar.read();
      isDone = await this.#turns.take(async () => {
        if (this.#keeper.active !== active) return false;
        if (!this.#isClosed) await this.#revisions.follow(state);
        return true;
      });
    }
  }

  /**
   * Reads the files anew and puts them into force if they are sound. One at a time; who comes while one waits shares it,
   * unless somebody asks in their own name.
   * @throws {StaleRevisionError} when the request was for another configuration
   */
  reload(trigger: ReloadTrigger, request?: ChangeRequest): Promise<ReloadResult> {
    if (this.#isClosed) return Promise.reject(new Error('the configuration is closed'));
    if (request === undefined && this.#waiting !== null) return this.#waiting;
    const own: { hasBegun: boolean; turn?: Promise<ReloadResult> } = { hasBegun: false };
    own.turn = this.#turns.take(() => {
      own.hasBegun = true;
      if (this.#waiting === own.turn) this.#waiting = null;
      return this.#reloadOnce(trigger, request);
    });
    if (!own.hasBegun) this.#waiting = own.turn;
    return own.turn;
  }

  /**
   * Lays the values of an earlier revision over the files, on every instance, until the files change.
   * @param id a new one, which names the rollback
   * @throws {UnknownRevisionError | StaleRevisionError}, or a issue of the database; all is as it was
   */
  async rollBack(revision: number, id: string, request: ChangeRequest): Promise<ReloadResult> {
    const ending = await this.#turns.take(async () => {
      // Files that have changed a moment ago come first: the rollback is laid over them, and not over what they were.
      if (this.#hasNews(this.#reader.readDisk())) await this.#reloadOnce('poll', undefined);
      this.#expect(request);
      return this.#revisions.rollBack(revision, id, request);
    });
    await ending.settled();
    return ending.result;
  }

  /** Begins to follow the directory and its templates; resolves when changes are being noticed. */
  watch(): Promise<void> {
    return this.#files.start();
  }

  /** Stops following the directory and ends the reload under way; nothing is left open. `current` stays readable. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.abandon(new Error('the configuration was closed'));
    await this.#files.close();
    await this.#turns.idle();
  }

  /**
   * Resolves when a revision, or a later one, is active. Without a database, revisions are counted from 1.
   * @throws {Error} after the time, with the last error of the files if there is one
   */
  whenSnapshot(revision: number, timeoutMs: number): Promise<void> {
    if (this.status.snapshotNumber >= revision) return Promise.resolve();
    return this.#waiters.wait(revision, timeoutMs, () => timeoutMessage(revision, timeoutMs, this.status));
  }

  #hasNews({ digest, isStable }: DiskState): boolean {
    return !isStable || digest !== this.#validatedDigest;
  }

  #expect(request: ChangeRequest | undefined): void {
    if (request?.expects?.(this.status) === false) throw new StaleRevisionError();
  }

  async #reloadOnce(trigger: ReloadTrigger, request: ChangeRequest | undefined): Promise<ReloadResult> {
    this.#expect(request);
    const disk = await this.#files.settled();
    this.#validatedDigest = disk.isStable ? disk.digest : '';
    this.#retry.begun();
    const isNumbered = await this.#revisions.ensure();
    const { rollback } = this.#keeper.active;
    const requester = request?.requester ?? null;
    const { result } = await this.#keeper.attempt({ trigger, requester, disk, rollback, isNumbered });
    this.#retry.ended(result, disk.digest, this.#keeper.active.snapshot, this.#clock.monotonicMs());
    return result;
  }
}
