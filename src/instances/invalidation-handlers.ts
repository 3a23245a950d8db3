import { Mutex } from 'async-mutex';
import type { Logger } from '../observability/logger.js';

/** What instances keep in memory and must reload when another instance changes it. */
export const topics = ['keys', 'cache', 'config'] as const;

/** One of the topics above. */
export type Topic = (typeof topics)[number];

/** Tells all instances to reload a topic. Takes effect when its transaction commits. */
export interface Invalidation {
  readonly topic: Topic;
  /** Counts the invalidations of the topic on this database, from 1. */
  readonly version: number;
}

/** Drops or reloads local state. If it rejects, the invalidation is not acknowledged and is retried. */
export type InvalidationHandler = () => Promise<void>;

/** The latest version of each topic; a topic without invalidations may be absent. */
export type Versions = Readonly<Partial<Record<Topic, number>>>;

/** Result of catching up with the versions in the database. */
export type CatchUpResult = 'current' | 'applied' | 'failed';

/** Runs the handlers of this instance, one at a time, and records the version that each topic has reached. */
export class InvalidationHandlers {
  readonly #handlers = new Map<Topic, Set<InvalidationHandler>>();
  readonly #applied = new Map<Topic, number>();
  /** Topics with an invalidation that has not been applied yet. */
  readonly #pending = new Set<Topic>();
  readonly #failing = new Set<Topic>();
  readonly #mutex = new Mutex();

  constructor(private readonly log: Pick<Logger, 'error' | 'info'>) {}

  /** Adds a handler; returns a function that removes it. */
  on(topic: Topic, handler: InvalidationHandler): () => void {
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(handler));
    return () => {
      handlers.delete(handler);
    };
  }

  /** The versions that were applied completely. */
  get applied(): Versions {
    return Object.fromEntries(this.#applied);
  }

  /** Whether local state is known to be out of date. */
  get isBehind(): boolean {
    return this.#pending.size > 0;
  }

  /** Applies a committed invalidation unless that was done before; never rejects. */
  apply({ topic, version }: Invalidation): Promise<CatchUpResult> {
    if (this.#versionOf(topic) < version) this.#pending.add(topic);
    return this.#mutex.runExclusive(() => (this.#versionOf(topic) < version ? this.#run(topic, version) : 'current'));
  }

  /**
   * Applies every topic whose version has changed; never rejects.
   * @param versions as read from the database
   * @param before the applied versions when that read began. A lower version in the database means that it lost some
   * (failover to a standby, restored backup), which counts as a change.
   */
  async catchUp(versions: Versions, before: Versions): Promise<CatchUpResult> {
    const hasChanged = (topic: Topic): boolean => {
      const version = versions[topic] ?? 0;
      return version > this.#versionOf(topic) || version < (before[topic] ?? 0);
    };
    for (const topic of topics.filter(hasChanged)) this.#pending.add(topic);
    const results = await Promise.all(
      topics.map((topic) =>
        this.#mutex.runExclusive(() => (hasChanged(topic) ? this.#run(topic, versions[topic] ?? 0) : 'current')),
      ),
    );
    if (results.includes('failed')) return 'failed';
    return results.includes('applied') ? 'applied' : 'current';
  }

  #versionOf(topic: Topic): number {
    return this.#applied.get(topic) ?? 0;
  }

  async #run(topic: Topic, version: number): Promise<CatchUpResult> {
    try {
      for (const handler of this.#handlers.get(topic) ?? []) await handler();
    } catch (error) {
      if (!this.#failing.has(topic)) {
        this.log.error(
          { event: 'cluster.changes_failed', err: error, topic },
          'failed to apply changes from other instances; retrying',
        );
      }
      this.#failing.add(topic);
      return 'failed';
    }
    this.#applied.set(topic, version);
    this.#pending.delete(topic);
    if (this.#failing.delete(topic)) {
      this.log.info(
        { event: 'cluster.changes_recovered', topic },
        'changes from other instances are being applied again',
      );
    }
    return 'applied';
  }
}
