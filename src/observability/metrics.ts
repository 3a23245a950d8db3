import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of one app, in a separate registry, so that apps in one process share nothing. */
export class Metrics {
  readonly registry = new Registry();
  /** Shared by all background jobs. */
  readonly jobFailures = this.counter('rollcall_job_failures_total', 'Failed runs of background jobs, by job.', [
    'job',
  ]);

  /** Adds metrics of the process (memory, event loop, GC). Only for the real service, since they keep observers open. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A counter with the given labels. */
  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A gauge; `collect` is called at each scrape. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    return new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      ...(collect && {
        collect() {
          return collect(this);
        },
      }),
    });
  }

  /** A histogram with buckets in seconds. */
  histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  ): Histogram<L> {
    return new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [this.registry],
    });
  }

  /** The media type of `expose`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in the Prometheus text format. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
