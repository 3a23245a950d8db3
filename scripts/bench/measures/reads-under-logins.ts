import { duringLogins } from '../logins.js';
import { milliseconds, rate, type Measure } from '../measure.js';
import { readSlice, type ReadResult } from '../reads.js';
import { compare, median, quantile, warmUp } from '../statistics.js';

const readConnections = 16;
const loginConnections = 32;
const rounds = 3;
const sliceSeconds = 3;
const mostRatio = 3;

/** What people who read feel while others log in: the median of profile reads, quiet and under logins. */
export const readsUnderLogins: Measure = {
  name: 'reads-under-logins',
  summary: 'median of profile reads while 32 connections log in, against the quiet one',
  async run({ service, people, tokens }) {
    const slices: { quiet: ReadResult[]; busy: ReadResult[] } = { quiet: [], busy: [] };
    const slice = async (kept: ReadResult[]): Promise<number> => {
      const url = `${service.url}/api/v1/users/me`;
      const result = await readSlice({ url, connections: readConnections, seconds: sliceSeconds, tokens });
      kept.push(result);
      return median(result.latenciesMs);
    };
    await warmUp(async () => 1000 / (await slice([])));
    const found = await compare(
      rounds,
      () => duringLogins(service.url, people, loginConnections, () => slice(slices.busy)),
      () => slice(slices.quiet),
    );
    const row = (name: string, results: readonly ReadResult[], medianMs: number): { name: string; value: string } => {
      const p99 = quantile(
        results.flatMap(({ latenciesMs }) => latenciesMs),
        0.99,
      );
      const perSecond = median(results.map((result) => result.perSecond));
      const value = `median ${milliseconds(medianMs)}, p99 ${milliseconds(p99)}, ${rate(perSecond)}`;
      return { name: `profile reads, ${readConnections} connections, ${name}`, value };
    };
    return [
      row('quiet', slices.quiet, found.theirs),
      {
        ...row(`${loginConnections} logging in`, slices.busy, found.ours),
        ratio: found.ratio,
        goal: `median at most ${mostRatio} × quiet`,
        isMet: found.ratio <= mostRatio,
      },
    ];
  },
};
