import { systemClock, type Clock } from '../clock.js';
import { compareFiles, type Comparison } from './comparison.js';
import { explainAll, type SettingEntry } from './explain.js';
import { statusOf } from './in-force.js';
import { Keeper } from './keeper.js';
import { FileWatch } from './file-watch.js';
import { ConfigReader } from './reader.js';
import { Registrar } from './registrar.js';
import { ReloadReport } from './reload-report.js';
import { Retry } from './retry.js';
import { ConfigMovedError, type RevisionStore } from './revision-store.js';
import { lateText, RevisionWaiters } from './revision-waiters.js';
import { Revisions } from './revisions.js';
import type { Settings } from './settings.js';
import type { DiskSnapshot } from './snapshot.js';
import { statementsOf, type Statement } from './statements.js';
import type { Subscriber } from './subscribers.js';
import { judgeDocument, type TrialResult } from './trial.js';
import { Turns } from './turns.js';
import type { ChangeRequest, ConfigOptions, ConfigStatus, ReloadResult, ReloadTrigger } from './types.js';

/** Other changes wait behind one that is being prepared: those who ask a server give up before. */
const defaultPrepareDeadlineMs = 2000;

/** How long a change waits for the database to number it; it comes into force all the same. */
const defaultNumberingMs = 300;

/**
 * The configuration in force. Readers take `current` once a request; it is one frozen object that is replaced as a
 * whole, so that they never see two generations mixed. Whatever happens to the files, the last good one stays.
 */
export class Config {
  #judgedDigest: string;
  #isClosed = false;
  /** A reload that has not begun: whoever comes meanwhile shares it, since it will see what they saw. */
  #waiting: Promise<ReloadResult> | null = null;
  #registering: Promise<void> | null = null;
  readonly #subscribers = new Set<Subscriber>();
  readonly #waiters = new RevisionWaiters();
  readonly #turns = new Turns();
  readonly #retry = new Retry();
  readonly #clock: Clock;
  readonly #reader: ConfigReader;
  readonly #registrar: Registrar;
  readonly #keeper: Keeper;
  readonly #revisions: Revisions;
  readonly #files: FileWatch;

  private constructor(private readonly options: ConfigOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#reader = new ConfigReader(options);
    this.#registrar = new Registrar(options.log, options.times?.numberingMs ?? defaultNumberingMs);
    const report = new ReloadReport(options.log, options.metrics);
    const snapshot = this.#reader.snapshot();
    const parts = { reader: this.#reader, clock: this.#clock, registrar: this.#registrar, report };
    const keeping = {
      subscribers: this.#subscribers,
      prepareDeadlineMs: options.times?.prepareDeadlineMs ?? defaultPrepareDeadlineMs,
      onGeneration: (generationNumber: number) => {
        this.#waiters.reached(generationNumber);
      },
    };
    this.#keeper = new Keeper({ ...parts, ...keeping }, snapshot);
    this.#revisions = new Revisions(this.#keeper, this.#registrar, this.#clock);
    this.#judgedDigest = snapshot.digest;
    const watched = {
      ...{ directory: options.directory, log: options.log, clock: this.#clock, times: options.times },
      read: () => this.#reader.snapshot(),
      isNews: (found: DiskSnapshot) =>
        this.#hasNews(found) || this.#retry.isDue(this.#keeper.inForce.generation, this.#clock.monotonicMs()),
      onChange: (trigger: ReloadTrigger) => void this.reload(trigger),
    };
    this.#files = new FileWatch(watched, snapshot);
    report.opened(this.#keeper.inForce, this.#reader.plan);
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
    return this.#keeper.inForce.generation.settings;
  }

  /** What operators are shown. */
  get status(): ConfigStatus {
    return statusOf(this.#keeper.inForce, this.#keeper.lastError);
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
    return explainAll(this.#keeper.inForce.generation, key);
  }

  /** Who says what of a key, weakest first. */
  statements(key: string): Statement[] {
    return statementsOf(this.#keeper.inForce.generation.loaded, key);
  }

  /** Judges a YAML text as if it stood in local.yaml now; nothing comes of it. */
  judge(document: string): TrialResult {
    return judgeDocument(this.#reader, this.#keeper.inForce, document);
  }

  /**
   * Compares the files of a directory with the active configuration; nothing changes.
   * @param directory absolute; the one that the service follows when absent
   * @throws {ConfigError} when a secret cannot be read
   */
  compare(directory = this.options.directory): Comparison {
    const isOwn = directory === this.options.directory;
    const reader = isOwn ? this.#reader : new ConfigReader({ ...this.options, directory });
    return compareFiles(this.#keeper.inForce, reader, isOwn);
  }

  /** Adds someone who follows the settings; the answer removes them again. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /** Gives it the database that numbers the revisions; until then they are counted here. */
  useRevisions(store: RevisionStore): void {
    this.#registrar.use(store);
  }

  /**
   * Resolves when the database has been asked, once, for the number of what is in force, and whether a rollback lies over it.
   * @param patienceMs how long the database may take for each of the two, in milliseconds
   */
  registered(patienceMs?: number): Promise<void> {
    if (!this.#registrar.hasStore) return Promise.resolve();
    this.#registering ??= this.#turns.take(async () => {
      await this.#revisions.ensure(patienceMs);
    });
    return this.#registering;
  }

  /**
   * Looks at what other instances have done to the configuration, and follows.
   * @throws a fault of the database
   */
  async look(): Promise<void> {
    if (!this.#registrar.hasStore) return;
    // Read outside of the turn: a database that hangs must not hold up the files.
    for (let isDone = false; !isDone && !this.#isClosed;) {
      const { inForce } = this.#keeper;
      const state = await this.#registrar.read();
      isDone = await this.#turns.take(async () => {
        if (this.#keeper.inForce !== inForce) return false;
        if (!this.#isClosed) await this.#revisions.follow(state);
        return true;
      });
    }
  }

  /**
   * Reads the files anew and puts them into force if they are sound. One at a time; who comes while one waits shares it,
   * unless somebody asks in their own name.
   * @throws {ConfigMovedError} when the request was for another configuration
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
   * @throws {UnknownRevisionError | ConfigMovedError}, or a fault of the database; all is as it was
   */
  async rollBack(revision: number, id: string, request: ChangeRequest): Promise<ReloadResult> {
    const ending = await this.#turns.take(async () => {
      // Files that have changed a moment ago come first: the rollback is laid over them, and not over what they were.
      if (this.#hasNews(this.#reader.snapshot())) await this.#reloadOnce('poll', undefined);
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
  whenRevision(revision: number, timeoutMs: number): Promise<void> {
    if (this.status.generationNumber >= revision) return Promise.resolve();
    return this.#waiters.wait(revision, timeoutMs, () => lateText(revision, timeoutMs, this.status));
  }

  #hasNews({ digest, isStable }: DiskSnapshot): boolean {
    return !isStable || digest !== this.#judgedDigest;
  }

  #expect(request: ChangeRequest | undefined): void {
    if (request?.expects?.(this.status) === false) throw new ConfigMovedError();
  }

  async #reloadOnce(trigger: ReloadTrigger, request: ChangeRequest | undefined): Promise<ReloadResult> {
    this.#expect(request);
    const snapshot = await this.#files.settled();
    this.#judgedDigest = snapshot.isStable ? snapshot.digest : '';
    this.#retry.begun();
    const isNumbered = await this.#revisions.ensure();
    const { rollback } = this.#keeper.inForce;
    const requester = request?.requester ?? null;
    const { result } = await this.#keeper.attempt({ trigger, requester, snapshot, rollback, isNumbered });
    this.#retry.ended(result, snapshot.digest, this.#keeper.inForce.generation, this.#clock.monotonicMs());
    return result;
  }
}
