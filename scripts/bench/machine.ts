import { availableParallelism, cpus, loadavg } from 'node:os';

/** Where and when figures were taken: without it they mean nothing. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Load average of the minute before the benchmark began. */
  readonly loadAtStart: number;
}

/** Looks at the machine; call it before any load is made. */
export const describeMachine = (): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: availableParallelism(),
  node: process.version,
  loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});

/** The facts in one sentence. */
export const machineSentence = ({ date, cpu, cores, node, loadAtStart }: Machine, postgresVersion: string): string =>
  `${date}; ${cpu}, ${cores} cores, shared by the service, PostgreSQL and the client; Node ${node}; ` +
  `PostgreSQL ${postgresVersion} with its default durability (fsync and synchronous_commit on); ` +
  `load average before the start ${loadAtStart}.`;
