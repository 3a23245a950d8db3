import { availableParallelism, cpus, loadavg } from 'node:os';

/** Where and when the benchmark ran. */
export interface Host {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Load average of the minute before the benchmark. */
  readonly loadAtStart: number;
}

/** Describes this machine. Call it before the benchmark creates load. */
export const describeHost = (): Host => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: availableParallelism(),
  node: process.version,
  loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});

/** One sentence for the report. */
export const formatHost = ({ date, cpu, cores, node, loadAtStart }: Host, postgresVersion: string): string =>
  `${date}; ${cpu}, ${cores} cores, shared by the service, PostgreSQL and the client; Node ${node}; ` +
  `PostgreSQL ${postgresVersion} with its default durability (fsync and synchronous_commit on); ` +
  `load average before the start ${loadAtStart}.`;
