import type { Knex } from 'knex';
import { clientOf } from '../../../src/database/knex-connection.js';

/** What has listeners: knex is a function with the methods of an EventEmitter. */
interface Emitter {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}

const isEmitter = (value: unknown): value is Emitter =>
  value !== null && (typeof value === 'object' || typeof value === 'function') && 'eventNames' in value;

/** Counts that change with each query. */
const counters: ReadonlySet<string> = new Set(['eventId', '_eventsCount']);

/** What a scenario can change of an object: its methods, its options, and the numbers of its listeners. */
const stateOf = (target: object): Map<string, unknown> => {
  const state = new Map<string, unknown>();
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(target)) as [
    string,
    { value?: unknown },
  ][]) {
    if (isEmitter(value)) addListeners(state, `${key} `, value);
    else if (!counters.has(key) && (typeof value !== 'object' || value === null)) state.set(key, value);
  }
  if (isEmitter(target)) addListeners(state, '', target);
  return state;
};

const addListeners = (state: Map<string, unknown>, prefix: string, emitter: Emitter): void => {
  for (const event of emitter.eventNames()) state.set(`${prefix}on ${String(event)}`, emitter.listenerCount(event));
};

const isEqual = (left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): boolean =>
  left.size === right.size && [...left].every(([key, value]) => right.has(key) && Object.is(right.get(key), value));

/** Whether an object has a method that replaces one of its class. */
export const hasReplacedMethod = (target: object): boolean => {
  const prototype = Object.getPrototypeOf(target) as object;
  return Object.entries(target).some(([key, value]) => typeof value === 'function' && key in prototype);
};

/** The methods, options and listeners of a knex instance and its pool, which outlive a scenario. */
export class KnexState {
  readonly #expected: readonly Map<string, unknown>[];

  constructor(private readonly knex: Knex) {
    this.#expected = this.#current();
  }

  /** Whether they have changed since. */
  get isChanged(): boolean {
    const current = this.#current();
    return this.#expected.some((expected, index) => !isEqual(expected, current[index] ?? new Map()));
  }

  #current(): Map<string, unknown>[] {
    const client = clientOf(this.knex);
    const { config } = this.knex.client as { readonly config: object };
    return [this.knex, client, config, client.pool ?? {}].map(stateOf);
  }
}
