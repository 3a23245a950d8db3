import type { Logger } from '../observability/logger.js';
import type { Life } from '../services.js';

/** The order of an end: first no new work, then no loops, and the stores under them last. */
const stages = ['listeners', 'loops', 'stores'] as const;

/** One stage of the order above. */
export type Stage = (typeof stages)[number];

interface Step {
  readonly stage: Stage;
  readonly name: string;
  close(): Promise<void> | void;
}

/** What a shutdown is made from. */
export interface ShutdownOptions {
  readonly log: Logger;
  readonly life: Life;
  /** How long an orderly stop may take, in milliseconds; read when it begins. */
  readonly timeoutMs: () => number;
}

/**
 * Ends what a start has opened, stage by stage, so that requests in flight still find the pools under them.
 * The first signal begins an orderly stop; a second one, or the deadline, cuts it short.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #steps: Step[] = [];
  readonly #abort = new AbortController();
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

  /** Registers what has just been opened. */
  add(stage: Stage, name: string, close: () => Promise<void> | void): void {
    this.#steps.push({ stage, name, close });
  }

  /** Begins an orderly stop; called again, it cuts the stop short. */
  begin(reason: string): void {
    const { log, life, timeoutMs } = this.#options;
    if (life.stopping) {
      log.warn({ reason }, 'stopped at once by a second signal');
      this.#settle(false);
      return;
    }
    life.stopping = true;
    log.info({ reason }, 'stopping');
    this.#abort.abort();
    const deadline = setTimeout(() => {
      log.error({ timeout_ms: timeoutMs() }, 'the stop took too long and was cut short');
      this.#settle(false);
    }, timeoutMs());
    deadline.unref();
    void this.#closeAll().then((isOrderly) => {
      clearTimeout(deadline);
      if (isOrderly) log.info('stopped');
      this.#settle(isOrderly);
    });
  }

  /** Ends what a failed start has opened. */
  async abandon(): Promise<void> {
    this.#options.life.stopping = true;
    this.#abort.abort();
    await this.#closeAll();
  }

  async #closeAll(): Promise<boolean> {
    const steps = this.#steps.splice(0);
    let isOrderly = true;
    for (const stage of stages) {
      const closings = steps.filter((step) => step.stage === stage).map((step) => this.#close(step));
      isOrderly = (await Promise.all(closings)).every(Boolean) && isOrderly;
    }
    return isOrderly;
  }

  async #close(step: Step): Promise<boolean> {
    try {
      await step.close();
      return true;
    } catch (error) {
      this.#options.log.error({ err: error, step: step.name }, 'a part did not stop in order');
      return false;
    }
  }
}
