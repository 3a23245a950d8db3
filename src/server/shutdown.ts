import type { Logger } from '../observability/logger.js';
import type { Lifecycle } from '../services.js';

/** Stages in their order: listeners, background jobs, and the stores that both use. */
const stages = ['listeners', 'loops', 'stores'] as const;

/** A shutdown stage. */
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
  /** Time limit for the stages in milliseconds, read when they begin. */
  readonly timeoutMs: () => number;
}

/**
 * Closes components stage by stage, so that requests in flight can still use the stores. The first signal starts a clean
 * shutdown: the service reports that it is not ready but still accepts requests (drain), and then the stages follow. A second
 * signal or the timeout aborts the shutdown.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #steps: Step[] = [];
  readonly #abort = new AbortController();
  /** Aborted by a second signal. */
  readonly #force = new AbortController();
  /** Closing of components that were opened after the stages had begun. */
  readonly #late: Promise<void>[] = [];
  #isClosing = false;
  #starting: Promise<unknown> = Promise.resolve();
  #drainMs = (): number => 0;
  #settle!: (isClean: boolean) => void;
  /** Resolves when everything is closed; true after a clean shutdown. */
  readonly finished = new Promise<boolean>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Aborted when the shutdown begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Adds an open component. It is closed immediately if the stages have already begun. */
  add(stage: Stage, name: string, close: () => Promise<void> | void): void {
    const step = { stage, name, close };
    if (this.#isClosing) this.#late.push(this.#closeLate(step));
    else this.#steps.push(step);
  }

  /** Makes the shutdown wait for startup, which may still open components. */
  waitFor(start: Promise<unknown>): void {
    this.#starting = start.catch(() => undefined);
  }

  /**
   * Enables the drain. Call it when load balancers may send requests.
   * @param drainMs its duration in milliseconds, read when the shutdown begins
   */
  drainFor(drainMs: () => number): void {
    this.#drainMs = drainMs;
  }

  /** Begins a clean shutdown. The second call aborts it. */
  begin(reason: string): void {
    const { log, lifecycle } = this.#options;
    if (lifecycle.stopping) {
      log.warn({ event: 'service.stop_forced', reason }, 'forced shutdown on second signal');
      this.#settle(false);
      this.#force.abort();
      return;
    }
    lifecycle.stopping = true;
    const drainMs = this.#drainMs();
    log.info({ event: 'service.stopping', reason, drain_ms: drainMs }, 'stopping');
    this.#abort.abort();
    void this.#end(drainMs);
  }

  /** Closes the components that a failed startup has opened. */
  async abandon(): Promise<void> {
    this.#options.lifecycle.stopping = true;
    this.#abort.abort();
    await this.#closeAll();
  }

  async #end(drainMs: number): Promise<void> {
    const { log, timeoutMs } = this.#options;
    if (drainMs > 0) await this.#drain(drainMs);
    if (this.#force.signal.aborted) return;
    const limitMs = timeoutMs();
    const deadline = setTimeout(() => {
      log.error(
        { event: 'service.stop_timed_out', timeout_ms: limitMs },
        'shutdown timed out; remaining components were not closed cleanly',
      );
      this.#settle(false);
    }, limitMs);
    deadline.unref();
    const isClean = await this.#closeAll();
    clearTimeout(deadline);
    if (isClean) log.info({ event: 'service.stopped' }, 'stopped');
    this.#settle(isClean);
  }

  /** Resolves after the drain or when the shutdown is aborted. */
  #drain(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#force.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #closeAll(): Promise<boolean> {
    this.#isClosing = true;
    const steps = this.#steps.splice(0);
    let isClean = true;
    for (const stage of stages) {
      const closings = steps.filter((step) => step.stage === stage).map((step) => this.#close(step));
      isClean = (await Promise.all(closings)).every(Boolean) && isClean;
    }
    await this.#starting;
    await Promise.all(this.#late);
    return isClean;
  }

  /** Failures are expected here, because the stores may already be closed. */
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
