import { allAtOnce, rememberBatch } from './batch.js';
import { parentSpanId } from '../observability/span-check.js';
import { startingInstance } from './starting-instance.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

type Clause = (world: RollcallWorld, value: string, index: number) => SendOptions;

const quoted = `(?:"([^"]*)"|'([^']*)')`;
const quotedText = `(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^'\\\\]|\\\\.)*)')`;
const header = (name: string, value: string): SendOptions => ({ headers: { [name]: value } });

/** What steps may add to a request. The first group of a pattern is the value. */
const clauses: readonly (readonly [pattern: string, clause: Clause])[] = [
  [' from \\d+ IP addresses', (_world, _value, index) => ({ clientIp: `198.51.100.${String(index + 1)}` })],
  [' from ([0-9a-f]*[.:][0-9a-f.:]+)', (_world, address) => ({ clientIp: address })],
  [' from the origin (\\S+)', (_world, origin) => header('Origin', origin)],
  [' (?:on|to) the waiting instance', (world) => ({ to: startingInstance(world).url })],
  [` with the body ${quotedText}`, (_world, body) => ({ rawBody: body.replaceAll(/\\(["'])/g, '$1') })],
  [` with Accept-Encoding ${quoted}`, (_world, value) => header('Accept-Encoding', value)],
  [' and the ETag of the last response', (world) => header('If-None-Match', world.response.headers.get('etag') ?? '')],
  [
    ` in the trace ${quoted}`,
    (world, trace) => {
      world.saved.set('trace', trace);
      return header('Traceparent', `00-${trace}-${parentSpanId}-01`);
    },
  ],
  [' on the second instance', (world) => ({ to: world.saved.get('second') as string })],
  [` with user agent ${quoted}`, (_world, value) => header('User-Agent', value)],
  [` with idempotency key ${quoted}`, (_world, value) => header('Idempotency-Key', value)],
  [
    ' with an idempotency key of (\\d+) characters',
    (_world, length) => header('Idempotency-Key', 'k'.repeat(Number(length))),
  ],
  [` with If-Match ${quoted}`, (_world, value) => header('If-Match', value)],
  [' with the last seen ETag', (world) => header('If-Match', world.saved.get('etag') as string)],
  [
    ` with the forged host ${quoted}`,
    (_world, host) => ({
      headers: { Host: host, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https', Forwarded: `host=${host}` },
    }),
  ],
];

const repetition = ' \\d+ times(?: at once)?';

/** Matches everything that steps may add to a request, including nothing. */
export const sendingPattern = new RegExp(
  `(?:${[...clauses.map(([pattern]) => pattern), repetition].map((pattern) => pattern.replaceAll(/\((?!\?)/g, '(?:')).join('|')})*`,
);

/** How a request is sent: from where, with which headers, and how often. */
export class Sending {
  readonly count: number;
  /** Whether the requests are sent at once. */
  readonly isConcurrent: boolean;
  readonly #parts: readonly (readonly [clause: Clause, value: string])[];

  /** @param text the end of a step, for example ` from 192.0.2.1 3 times at once` */
  constructor(text: string) {
    const parts: (readonly [Clause, string])[] = [];
    let rest = text.replace(new RegExp(repetition), '');
    while (rest !== '') {
      const [clause, match] = clauses
        .map(([pattern, found]) => [found, new RegExp(`^${pattern}`).exec(rest)] as const)
        .find(([, found]) => found !== null) ?? [undefined, null];
      if (clause === undefined || match === null) throw new TypeError(`unknown request option "${rest}"`);
      parts.push([clause, match[1] ?? match[2] ?? '']);
      rest = rest.slice(match[0].length);
    }
    this.#parts = parts;
    this.count = Number(/ (\d+) (?:times|IP addresses)/.exec(text)?.[1] ?? 1);
    this.isConcurrent = text.includes(' at once');
  }

  /** Sends the request as often as the step says; keeps the responses if that is more than once. */
  async send(
    world: RollcallWorld,
    sendOne: (options: SendOptions, index: number) => Promise<ApiResponse>,
  ): Promise<readonly ApiResponse[]> {
    const durations: number[] = [];
    world.saved.set('durations', durations);
    const one = async (index: number): Promise<ApiResponse> => {
      const startedAt = performance.now();
      const response = await sendOne(this.#optionsFor(world, index), index);
      durations.push(performance.now() - startedAt);
      return response;
    };
    if (this.isConcurrent) return allAtOnce(world, this.count, one);
    const responses: ApiResponse[] = [];
    for (let index = 0; index < this.count; index += 1) responses.push(await one(index));
    if (this.count > 1) rememberBatch(world, responses);
    return responses;
  }

  #optionsFor(world: RollcallWorld, index: number): SendOptions {
    return this.#parts.reduce<SendOptions>((options, [clause, value]) => {
      const next = clause(world, value, index);
      return { ...options, ...next, headers: { ...options.headers, ...next.headers } };
    }, {});
  }
}
