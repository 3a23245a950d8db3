import type { Clock } from '../clock.js';
import { hourMs, startOfHour, type HourlyCounts } from '../contract/admin/statistics.js';
import type { Database } from '../database/database.js';
import { accountCounts, type AccountCounts } from './accounts/account-counts.js';
import { addCounts, allCountsSql, countedEvents, foldCounterChanges, type CountedEvent } from './counters.js';

type Counts = Record<CountedEvent, number>;

const noCounts = (): Counts => ({ logins: 0, failures: 0, registrations: 0, resets: 0, errors_5xx: 0 });

/**
 * Statistics of the service. Events that change the database are counted in their transaction (`countEvent`). Events that do
 * not, such as 5xx responses, are counted in memory by each instance and stored once a minute; a killed process loses
 * those of the last minute.
 */
export class Statistics {
  readonly #db: Database;
  readonly #clock: Clock;
  #pending = new Map<number, Counts>();

  constructor({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Counts an event of the current hour in memory. */
  count(event: CountedEvent): void {
    this.#add(startOfHour(this.#clock.now()).getTime(), { ...noCounts(), [event]: 1 });
  }

  /**
   * Stores what was counted in memory since the last call, and adds all changes to the counters. Counts that cannot be
   * stored are kept for the next call.
   * @throws an error of the database
   */
  async flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Map();
    try {
      await this.#store(pending);
    } catch (error) {
      for (const [hour, counts] of pending) this.#add(hour, counts);
      throw error;
    }
    await foldCounterChanges(this.#db.knex);
  }

  /**
   * The counts of the last hours, oldest first: those that are stored, and those of this instance that are not stored yet.
   * @param hours the number of hours, the current one included
   */
  async hours(hours: number): Promise<HourlyCounts[]> {
    const last = startOfHour(this.#clock.now()).getTime();
    const first = last - (hours - 1) * hourMs;
    const counts = new Map(
      Array.from({ length: hours }, (_, index) => {
        const hour = first + index * hourMs;
        return [hour, { ...(this.#pending.get(hour) ?? noCounts()) }];
      }),
    );
    for (const { name, at, value } of await this.#stored(new Date(first))) {
      const hour = counts.get(at.getTime());
      if (hour) hour[name] += value;
    }
    return [...counts].map(([hour, sums]) => ({ hour: new Date(hour).toISOString(), ...sums }));
  }

  /** How many accounts and sessions there are now. */
  accounts(): Promise<AccountCounts> {
    return this.#db.read((connection) => accountCounts(connection, this.#clock.now()));
  }

  async #store(pending: ReadonlyMap<number, Counts>): Promise<void> {
    const counts = [...pending].flatMap(([hour, counted]) =>
      countedEvents.map((name) => ({ name, at: new Date(hour), change: counted[name] })),
    );
    const changes = counts.filter(({ change }) => change > 0);
    if (changes.length > 0) await addCounts(this.#db.knex, changes);
  }

  async #stored(since: Date): Promise<readonly { name: CountedEvent; at: Date; value: number }[]> {
    const { rows } = await this.#db.read((connection) =>
      connection.raw<{ rows: { name: CountedEvent; at: Date; value: number }[] }>(
        `SELECT name, at, sum(value)::integer AS value FROM ${allCountsSql}
          WHERE name = ANY(:names) AND at >= :since GROUP BY name, at`,
        { names: [...countedEvents], since },
      ),
    );
    return rows;
  }

  #add(hour: number, counts: Counts): void {
    const sum = this.#pending.get(hour) ?? noCounts();
    for (const event of countedEvents) sum[event] += counts[event];
    this.#pending.set(hour, sum);
  }
}
