import { setTimeout as pause } from 'node:timers/promises';
import { HttpClient, type HttpResponse } from '../bench/http-client.js';
import type { Fleet, Member } from './fleet.js';

/** The settings that a change sets together: value `k` is visible in headers, and its parity in a body. */
export const settingsOf = (value: number): Readonly<Record<string, unknown>> => ({
  'rateLimit.greet.points': 1_000_000 + value,
  'rateLimit.greet.burst': 0,
  'rateLimit.greet.window': `${1000 + value}s`,
  'features.left': value % 2 === 0,
  'features.right': value % 2 === 0,
});

/** What the readers have counted. */
export interface ReaderFigures {
  reads: number;
  /** Responses with another status than 200, and connections that failed while the instance was up. */
  failed: number;
  /** Responses with old and new settings of one change. */
  mixed: number;
  /** Responses with a lower revision than an earlier response of the same instance to the same reader. */
  decreased: number;
}

/** The value that the headers of a greeting show; null if they show none of `settingsOf`, NaN if they are mixed. */
export const valueIn = ({ headers }: Pick<HttpResponse, 'headers'>): number | null => {
  const found = /"greet";q=(\d+);w=(\d+)/.exec(String(headers['ratelimit-policy']));
  const [points, window] = [Number(found?.[1]) - 1_000_000, Number(found?.[2]) - 1000];
  if (points < 0 && window < 0) return null;
  return points === window ? points : NaN;
};

/** Reads from every instance without a pause, and checks each response. */
export class Readers {
  readonly figures: ReaderFigures = { reads: 0, failed: 0, mixed: 0, decreased: 0 };
  /** The slowest response since this was set to 0, in milliseconds: what a busy machine adds to every delay. */
  slowestMs = 0;
  /** The first errors, for the report. */
  readonly errors: string[] = [];
  #isOver = false;
  readonly #lastSeen = new Map<string, number>();
  readonly #running: Promise<void>[];

  constructor(private readonly fleet: Fleet) {
    this.#running = fleet.members.flatMap((member) => [
      this.#run(member, (client) => this.#readHeaders(member, client)),
      this.#run(member, this.#revisionReader(member)),
      this.#run(member, (client) => this.#readBody(member, client)),
    ]);
  }

  /** When a request was last sent that returned a value, in milliseconds since 1970; 0 for never. */
  lastSeen({ name }: Member, value: number): number {
    return this.#lastSeen.get(`${name} ${value}`) ?? 0;
  }

  /** Stops reading. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #run(member: Member, read: (client: HttpClient) => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      const { service, runs } = member;
      if (service === null) {
        await pause(5);
        continue;
      }
      const client = new HttpClient(service.url, 1);
      const isCurrent = (): boolean => !this.#isOver && member.runs === runs;
      try {
        while (isCurrent()) {
          await read(client);
          this.figures.reads += 1;
        }
      } catch (error) {
        if (member.runs === runs) this.#fail(`${member.name}: ${String(error)}`);
      } finally {
        client.close();
      }
    }
  }

  #fail(text: string): void {
    this.figures.failed += 1;
    if (this.errors.length < 10) this.errors.push(text);
  }

  #check({ status, text, ms }: HttpResponse, member: Member, runs: number): boolean {
    this.slowestMs = Math.max(this.slowestMs, ms);
    if (status !== 200 && member.runs === runs) this.#fail(`${member.name}: ${status} ${text}`);
    return status === 200;
  }

  async #readHeaders(member: Member, client: HttpClient): Promise<void> {
    const { runs } = member;
    const sentAt = Date.now();
    const response = await client.send({ path: '/api/v1/greet?name=Ada' });
    if (!this.#check(response, member, runs)) return;
    const value = valueIn(response);
    if (Number.isNaN(value)) {
      this.figures.mixed += 1;
      this.errors.push(`${member.name}: ${String(response.headers['ratelimit-policy'])}`);
    }
    const key = `${member.name} ${value}`;
    this.#lastSeen.set(key, Math.max(sentAt, this.#lastSeen.get(key) ?? 0));
  }

  #revisionReader(member: Member): (client: HttpClient) => Promise<void> {
    let last = 0;
    return async (client) => {
      const { runs } = member;
      const response = await client.send({ path: '/api/info' });
      if (!this.#check(response, member, runs)) return;
      const { config_revision: revision } = JSON.parse(response.text) as { config_revision: number | null };
      if (revision === null) return;
      if (revision < last) {
        this.figures.decreased += 1;
        this.errors.push(`${member.name}: revision ${revision} after ${last}`);
      }
      last = revision;
    };
  }

  async #readBody(member: Member, client: HttpClient): Promise<void> {
    const { runs, isCut } = member;
    const response = await client.send({ path: '/api/v1/users/me/features', token: this.fleet.token });
    // The session is in the database.
    if (response.status === 503 && (isCut || member.isCut)) {
      await pause(20);
      return;
    }
    if (!this.#check(response, member, runs)) return;
    const { left, right } = JSON.parse(response.text) as Record<string, boolean>;
    if (left === right) return;
    this.figures.mixed += 1;
    this.errors.push(`${member.name}: ${response.text}`);
  }
}
