/** What the process that ran the scenarios reports besides the messages of Cucumber. */
export interface RunFacts {
  readonly seed: string | null;
  readonly mode: 'lease' | 'fresh' | 'remote';
  readonly workers: number;
  /** Time to lease and release a schema; null if nothing was measured. */
  readonly isolation: { readonly medianMs: number; readonly p95Ms: number } | null;
  /** Whether all scenarios passed, according to Cucumber. */
  readonly success: boolean;
  /** Schemas that were kept, and how to connect to them. */
  readonly kept: readonly { readonly scenario: string; readonly url: string }[];
  /** Whether the server stops at the end of the run, so that it must be kept running for an inspection. */
  readonly ownsServer: boolean;
  /** Failures that became known after the scenario that caused them had ended. */
  readonly late: readonly { readonly scenario: string; readonly problem: string }[];
}

/** Messages of the process that runs the scenarios. */
export type ScenarioProcessMessage =
  | { readonly type: 'started'; readonly facts: Pick<RunFacts, 'seed' | 'mode' | 'workers'> }
  /** Sent at most once a second while steps begin and end. */
  | { readonly type: 'progress' }
  | { readonly type: 'finished'; readonly facts: RunFacts }
  | { readonly type: 'usage'; readonly message: string }
  | { readonly type: 'error'; readonly message: string };

/**
 * The environment variable of a run that `--watch` starts in advance: it loads everything and prepares the database, and then waits for a
 * message with the paths to run.
 */
export const aheadVariable = 'ROLLCALL_FEATURES_AHEAD';

/** Waits for the paths to run; null if the process that would send them has ended or disconnected. */
export const receivePaths = (): Promise<readonly string[] | null> =>
  new Promise((resolve) => {
    const end = (): void => {
      resolve(null);
    };
    // It may have ended while this process was loaded.
    if (!process.connected) end();
    process.once('disconnect', end);
    process.once('message', (paths: readonly string[]) => {
      // The listener would keep the process running.
      process.off('disconnect', end);
      resolve(paths);
    });
  });
