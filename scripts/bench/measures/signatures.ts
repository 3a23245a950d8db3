import { HttpClient } from '../http-client.js';
import { rate, type Measure } from '../measure.js';
import { openSessions, type Person } from '../people.js';
import { readSlice } from '../reads.js';
import type { Service } from '../service.js';
import { compare, warmUp } from '../statistics.js';

const connections = 32;
const rounds = 7;
const sliceSeconds = 2;
const sessionsEach = 4;
const leastRatio = 0.95;
const path = '/api/v1/users/me';
const timeoutMs = 30_000;

/** The algorithm that an access token was signed with (RFC 7515, section 4.1.1). */
const algorithmOf = (token: string): unknown => {
  const [header = ''] = token.split('.');
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown }).alg;
};

/** Logs in until the service signs with the algorithm, then opens the sessions. */
const tokensSignedWith = async (
  algorithm: string,
  service: Service,
  people: readonly Person[],
): Promise<readonly string[]> => {
  service.configure(`auth:\n  keys:\n    algorithm: ${algorithm}\n`);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const tokens = await openSessions(service.url, people, sessionsEach);
    if (tokens.every((token) => algorithmOf(token) === algorithm)) return tokens;
    if (performance.now() > deadline) throw new Error(`the service did not change to ${algorithm}`);
  }
};

/** Profile reads with tokens of either algorithm, on one service: a replaced key continues to verify its tokens. */
export const signatures: Measure = {
  name: 'signatures',
  summary: 'profile reads with ES256 tokens compared with HS256 tokens',
  async run({ service, people }) {
    const symmetric = await tokensSignedWith('HS256', service, people);
    const asymmetric = await tokensSignedWith('ES256', service, people);
    service.configure('');
    const client = new HttpClient(service.url, 1);
    await client.expect(200, { path, token: symmetric[0] ?? '' });
    client.close();
    const measure = (tokens: readonly string[]) => async (): Promise<number> =>
      (await readSlice({ url: service.url + path, connections, seconds: sliceSeconds, tokens })).perSecond;
    await warmUp(measure(asymmetric));
    await warmUp(measure(symmetric));
    const found = await compare(rounds, measure(asymmetric), measure(symmetric));
    return [
      {
        name: 'profile reads, ES256 to HS256 tokens',
        value: `${rate(found.ours)}; HS256 ${rate(found.theirs)}`,
        ratio: found.ratio,
        goal: `at least ${leastRatio} of HS256`,
        isMet: found.ratio >= leastRatio,
      },
    ];
  },
};
