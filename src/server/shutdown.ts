import type { Logger } from '../observability/logger.js';
import type { Lifecycle } from '../services.js';

/** The order of an end: first no new work, then no loops, and the stores under them last. */
const stages = ['listeners', 'loops', 'stores'] as const;

/** One stage of the order above. */
export type Stage = (typeof stages)[number];

interface Step {
  readonly stage: Stage;
  readonly name: string;
  close(): Promise<void> | void;
}

/** Options of a shutdown. */
export interface ShutdownOptions {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** How long an orderly stop may take, in milliseconds; read when it begins. */
  readonly timeoutMs: () => number;
}

/**
 * Ends what a start has opened, stage by stage, so that requests in flight still find the pools under them. The first
 * signal begins a clean shutdown: the drain, in which the service is not ready and goes on accepting, and then the stages.
 * A second signal, or the deadline of the stages, cuts it short.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #steps: Step[] = [];
  readonly #abort = new AbortController();
  /** Aborted when the stop is cut short. */
  readonly #cut = new AbortController();
  /** What was opened after the stages had begun, each on its way to its end. */
  readonly #late: Promise<void>[] = [];
  #isClosing = false;
  #starting: Promise<unknown> = Promise.resolve();
  #drainMs = (): number => 0;
  #settle!: (isOrderly: boolean) => void;
  /** Resolves once everything has ended: true when in order. */
  readonly finished = new Promise<boolean>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Aborted when the stop begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Registers what has just been opened. Where the stages have begun already, it is closed at once. */
  add(stage: Stage, name: string, close: () => Promise<void> | void): void {
    const step = { stage, name, close };
    if (this.#isClosing) this.#late.push(this.#closeLate(step));
    else this.#steps.push(step);
  }

  /** Makes the end wait for a start that is under way, since it may still open something. */
  waitFor(start: Promise<unknown>): void {
    this.#starting = start.catch(() => undefined);
  }

  /**
   * To be called once load balancers may send requests, so that a shutdown drains first.
   * @param drainMs for how long, in milliseconds; read when the stop begins
   */
  drainFor(drainMs: () => number): void {
    this.#drainMs = drainMs;
  }

  /** Begins an orderly stop; called again, it cuts the stop short. */
  begin(reason: string): void {
    const { log, lifecycle } = this.#options;
    if (lifecycle.stopping) {
      log.warn({ event: 'service.stop_forced', reason }, 'forced shutdown on second signal');
      this.#settle(false);
      this.#cut.abort();
      return;
    }
    lifecycle.stopping = true;
    const drainMs = this.#drainMs();
    log.info({ event: 'service.stopping', reason, drain_ms: drainMs }, 'stopping');
    this.#abort.abort();
    void this.#end(drainMs);
  }

  /** Ends what a failed start has opened. */
  async abandon(): Promise<void> {
    this.#options.lifecycle.stopping = true;
    this.#abort.abort();
    await this.#closeAll();
  }

  async #end(drainMs: number): Promise<void> {
    const { log, timeoutMs } = this.#options;
    if (drainMs > 0) await this.#drain(drainMs);
    if (this.#cut.signal.aborted) return;
    const limitMs = timeoutMs();
    const deadline = setTimeout(() => {
      log.error(
        { event: 'service.stop_timed_out', timeout_ms: limitMs },
        'shutdown timed out; remaining components were not closed cleanly',
      );
      this.#settle(false);
    }, limitMs);
    deadline.unref();
    const isOrderly = await this.#closeAll();
    clearTimeout(deadline);
    if (isOrderly) log.info({ event: 'service.stopped' }, 'stopped');
    this.#settle(isOrderly);
  }

  /** Resolves after the drain, or when the stop is cut short. */
  #drain(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#cut.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #closeAll(): Promise<boolean> {
    this.#isClosing = true;
    const steps = this.#steps.splice(0);
    let isOrderly = true;
    for (const stage of stages) {
      const closings = steps.filter((step) => step.stage === stage).map((step) => this.#close(step));
      isOrderly = (await Promise.all(closings)).every(Boolean) && isOrderly;
    }
    await this.#starting;
    await Promise.all(this.#late);
    return isOrderly;
  }

  /** The stores under it may be closed by now, so a failure says nothing. */
  async #closeLate(step: Step): Promise<void> {
    try {
      await step.close();
    } catch (error) {
      this.#options.log.debug(
        { event: 'service.component_closed_late', err: error, step: step.name },
        'component that opened during shutdown failed to close',
      );
    }
  }

  async #close(step: Step): Promise<boolean> {
    try {
      await step.close();
      return true;
    } catch (error) {
      this.#options.log.error(
        { event: 'service.component_stop_failed', err: error, step: step.name },
        'component failed to stop cleanly',
      );
      return false;
    }
  }
}
