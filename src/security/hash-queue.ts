import { systemClock, type Clock } from '../clock.js';
import { AppError } from '../errors/app-error.js';
import type { Metrics } from '../observability/metrics.js';
import type { HashQueueSettings, LiveSettings } from './settings.js';

/** Options for the queue. */
export interface HashQueueOptions {
  readonly settings: LiveSettings<HashQueueSettings>;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Size of libuv's thread pool (`UV_THREADPOOL_SIZE`); Node's default is 4. */
  readonly threadPoolSize?: number;
}

/** Assumed duration of a hash until the first one has been measured, in milliseconds. */
const assumedHashMs = 300;

/** Weight of the newest duration in the moving average. */
const newestWeight = 0.2;

/** Maximum `Retry-After`, in seconds. */
const maxRetryAfterSeconds = 60;

const instruments = (metrics: Metrics, queue: HashQueue) => {
  metrics.gauge('rollcall_hash_queue_waiting', 'Number of password hashes waiting in the queue.', [], (gauge) => {
    gauge.set(queue.waiting);
  });
  metrics.gauge('rollcall_hash_queue_running', 'Number of password hashes being computed.', [], (gauge) => {
    gauge.set(queue.running);
  });
  return {
    refused: metrics.counter(
      'rollcall_hash_queue_refused_total',
      'Password hashes rejected because the queue was full.',
    ),
    waited: metrics.histogram('rollcall_hash_queue_wait_seconds', 'Time a password hash waited in the queue.'),
    worked: metrics.histogram(
      'rollcall_hash_duration_seconds',
      'Time to compute a password hash, excluding the wait in the queue.',
    ),
  };
};

/**
 * Runs password hashes first come, first served, a bounded number at a time and with a bounded number waiting.
 *
 * bcrypt works on libuv's thread pool, which fs and DNS share: without a bound, 64 logins would make every file read wait
 * for seconds. So no more than `security.hashConcurrency` run at once, and one thread always stays free.
 * Both limits are read at each admission.
 */
export class HashQueue {
  readonly #settings: LiveSettings<HashQueueSettings>;
  readonly #clock: Clock;
  readonly #threadPoolSize: number;
  readonly #instruments: ReturnType<typeof instruments> | undefined;
  readonly #starts: (() => void)[] = [];
  #running = 0;
  #meanMs = assumedHashMs;

  constructor(options: HashQueueOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock ?? systemClock;
    this.#threadPoolSize = options.threadPoolSize ?? 4;
    this.#instruments = options.metrics && instruments(options.metrics, this);
  }

  /** Number of waiting hashes. */
  get waiting(): number {
    return this.#starts.length;
  }

  /** Number of running hashes. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs the work as soon as a slot is free, and resolves to its result.
   * @throws {AppError} overloaded, with the seconds after which the queue should have a free slot (1 to 60)
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#startWaiting();
    const arrivedAt = this.#clock.monotonicMs();
    if (this.#running < this.#concurrency()) return this.#execute(work, arrivedAt);
    if (this.#starts.length >= this.#settings.current.security.hashQueueLimit) {
      this.#instruments?.refused.inc();
      return Promise.reject(new AppError('overloaded', { retryAfterSeconds: this.#retryAfterSeconds() }));
    }
    return new Promise<T>((resolve, reject) => {
      this.#starts.push(() => {
        this.#execute(work, arrivedAt).then(resolve, reject);
      });
    });
  }

  async #execute<T>(work: () => Promise<T>, arrivedAt: number): Promise<T> {
    this.#running += 1;
    const startedAt = this.#clock.monotonicMs();
    this.#instruments?.waited.observe((startedAt - arrivedAt) / 1000);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      const tookMs = this.#clock.monotonicMs() - startedAt;
      this.#meanMs += newestWeight * (tookMs - this.#meanMs);
      this.#instruments?.worked.observe(tookMs / 1000);
      this.#startWaiting();
    }
  }

  #startWaiting(): void {
    while (this.#running < this.#concurrency()) {
      const start = this.#starts.shift();
      if (start === undefined) return;
      start();
    }
  }

  #concurrency(): number {
    return Math.max(1, Math.min(this.#settings.current.security.hashConcurrency, this.#threadPoolSize - 1));
  }

  /** Estimates how long the queued hashes will take, from recent durations. */
  #retryAfterSeconds(): number {
    const ahead = this.#starts.length + this.#running;
    const seconds = Math.ceil((ahead * this.#meanMs) / this.#concurrency() / 1000);
    return Math.min(maxRetryAfterSeconds, Math.max(1, seconds));
  }
}
