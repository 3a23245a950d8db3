import { duringLogins } from '../login-load.js';
import { formatMs, formatRate, type Benchmark } from '../benchmark.js';
import { sampleReads, type ReadResult } from '../read-load.js';
import { compare, median, quantile, warmUp } from '../statistics.js';

const readConnections = 16;
const loginConnections = 32;
const rounds = 3;
const sampleSeconds = 3;
const maxRatio = 3;

/** Latency of profile reads, without other load and during logins. */
export const readsUnderLogins: Benchmark = {
  name: 'reads-under-logins',
  summary: 'median latency of profile reads, with and without 32 connections that log in',
  async run({ service, accounts, tokens }) {
    const samples: { idle: ReadResult[]; busy: ReadResult[] } = { idle: [], busy: [] };
    const sample = async (results: ReadResult[]): Promise<number> => {
      const url = `${service.url}/api/v1/users/me`;
      const result = await sampleReads({ url, connections: readConnections, seconds: sampleSeconds, tokens });
      results.push(result);
      return median(result.latenciesMs);
    };
    await warmUp(async () => 1000 / (await sample([])));
    const comparison = await compare(
      rounds,
      () => duringLogins(service.url, accounts, loginConnections, () => sample(samples.busy)),
      () => sample(samples.idle),
    );
    const row = (name: string, results: readonly ReadResult[], medianMs: number): { name: string; value: string } => {
      const p99 = quantile(
        results.flatMap(({ latenciesMs }) => latenciesMs),
        0.99,
      );
      const perSecond = median(results.map((result) => result.perSecond));
      const value = `median ${formatMs(medianMs)}, p99 ${formatMs(p99)}, ${formatRate(perSecond)}`;
      return { name: `profile reads, ${readConnections} connections, ${name}`, value };
    };
    return [
      row('idle', samples.idle, comparison.baseline),
      {
        ...row(`${loginConnections} logging in`, samples.busy, comparison.subject),
        ratio: comparison.ratio,
        goal: `median at most ${maxRatio} × idle`,
        isMet: comparison.ratio <= maxRatio,
      },
    ];
  },
};
