import type { Logger } from '../observability/logger.js';
import { topics, type Announcement, type Topic } from './topic.js';

/** What an instance does about a topic: drops or reads anew what it holds in memory. A rejection leaves it unacknowledged. */
export type Act = () => Promise<void>;

/** Announcements counted so far, by topic; a topic without any may be absent. */
export type Versions = Readonly<Partial<Record<Topic, number>>>;

/** What became of an attempt to catch up. */
export type CaughtUp = 'current' | 'acted' | 'failed';

/** What this instance does about each topic, one at a time, and up to which version it has done so. */
export class Acts {
  readonly #acts = new Map<Topic, Set<Act>>();
  readonly #done = new Map<Topic, number>();
  /** Topics that are known to have moved and were not yet acted on. */
  readonly #pending = new Set<Topic>();
  readonly #failing = new Set<Topic>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly log: Pick<Logger, 'error' | 'info'>) {}

  /** Adds what is done about a topic; the answer removes it again. */
  on(topic: Topic, act: Act): () => void {
    const acts = this.#acts.get(topic) ?? new Set();
    this.#acts.set(topic, acts.add(act));
    return () => {
      acts.delete(act);
    };
  }

  /** The versions that were acted on, to the end. */
  get done(): Versions {
    return Object.fromEntries(this.#done);
  }

  /** Whether something in memory is known to be out of date. */
  get isBehind(): boolean {
    return this.#pending.size > 0;
  }

  /** Acts on a committed announcement, unless that is done; never rejects. */
  actOn({ topic, version }: Announcement): Promise<CaughtUp> {
    if (this.#doneOf(topic) < version) this.#pending.add(topic);
    return this.#inTurn(() => (this.#doneOf(topic) < version ? this.#run(topic, version) : 'current'));
  }

  /**
   * Acts on every topic that has moved; never rejects.
   * @param versions as they were read from the database
   * @param before what was done when the reading began: a version below it comes from a database that has lost some
   * (a standby that took over, a restored backup), which counts as a move as well
   */
  async catchUp(versions: Versions, before: Versions): Promise<CaughtUp> {
    const moved = (topic: Topic): boolean => {
      const version = versions[topic] ?? 0;
      return version > this.#doneOf(topic) || version < (before[topic] ?? 0);
    };
    for (const topic of topics.filter(moved)) this.#pending.add(topic);
    const act = (topic: Topic): Promise<CaughtUp> =>
      this.#inTurn(() => (moved(topic) ? this.#run(topic, versions[topic] ?? 0) : 'current'));
    const outcomes = await Promise.all(topics.map(act));
    if (outcomes.includes('failed')) return 'failed';
    return outcomes.includes('acted') ? 'acted' : 'current';
  }

  #doneOf(topic: Topic): number {
    return this.#done.get(topic) ?? 0;
  }

  #inTurn(work: () => CaughtUp | Promise<CaughtUp>): Promise<CaughtUp> {
    const turn = this.#turn.then(work);
    this.#turn = turn;
    return turn;
  }

  async #run(topic: Topic, version: number): Promise<CaughtUp> {
    try {
      for (const act of this.#acts.get(topic) ?? []) await act();
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
    this.#done.set(topic, version);
    this.#pending.delete(topic);
    if (this.#failing.delete(topic)) {
      this.log.info(
        { event: 'cluster.changes_recovered', topic },
        'changes from other instances are being applied again',
      );
    }
    return 'acted';
  }
}
