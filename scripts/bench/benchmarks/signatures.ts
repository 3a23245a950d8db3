import { HttpClient } from '../http-client.js';
import { formatRate, type Benchmark } from '../benchmark.js';
import { openSessions, type Account } from '../accounts.js';
import { sampleReads } from '../read-load.js';
import type { Service } from '../service.js';
import { compare, warmUp } from '../statistics.js';

const connections = 32;
const rounds = 7;
const sampleSeconds = 2;
const sessionsPerAccount = 4;
const minRatio = 0.95;
const path = '/api/v1/users/me';
const timeoutMs = 30_000;

/** The algorithm that an access token was signed with (RFC 7515, section 4.1.1). */
const algorithmOf = (token: string): unknown => {
  const [header = ''] = token.split('.');
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown }).alg;
};

/** Changes the algorithm, and logs in until all tokens are signed with it. */
const tokensSignedWith = async (
  algorithm: string,
  service: Service,
  accounts: readonly Account[],
): Promise<readonly string[]> => {
  service.configure(`auth:\n  keys:\n    algorithm: ${algorithm}\n`);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const tokens = await openSessions(service.url, accounts, sessionsPerAccount);
    if (tokens.every((token) => algorithmOf(token) === algorithm)) return tokens;
    if (performance.now() > deadline) throw new Error(`the service does not sign with ${algorithm}`);
  }
};

/** Profile reads with tokens of both algorithms. The service still accepts tokens that were signed with the previous key. */
export const signatures: Benchmark = {
  name: 'signatures',
  summary: 'profile reads with ES256 tokens compared with HS256 tokens',
  async run({ service, accounts }) {
    const symmetric = await tokensSignedWith('HS256', service, accounts);
    const asymmetric = await tokensSignedWith('ES256', service, accounts);
    service.configure('');
    const client = new HttpClient(service.url, 1);
    await client.expect(200, { path, token: symmetric[0] ?? '' });
    client.close();
    const readWith = (tokens: readonly string[]) => async (): Promise<number> =>
      (await sampleReads({ url: service.url + path, connections, seconds: sampleSeconds, tokens })).perSecond;
    await warmUp(readWith(asymmetric));
    await warmUp(readWith(symmetric));
    const comparison = await compare(rounds, readWith(asymmetric), readWith(symmetric));
    return [
      {
        name: 'profile reads, ES256 to HS256 tokens',
        value: `${formatRate(comparison.subject)}; HS256 ${formatRate(comparison.baseline)}`,
        ratio: comparison.ratio,
        goal: `at least ${minRatio} of HS256`,
        isMet: comparison.ratio >= minRatio,
      },
    ];
  },
};
