import { createHash } from 'node:crypto';
import type { Contract } from '../../../src/contract/contract.js';
import type { Example } from '../../../src/contract/openapi/examples.js';
import type { ApiResponse } from '../http/api-response.js';
import type { OutgoingRequest } from '../http/http-client.js';

/** What the scenarios of a run exchanged under one key: `login 200` for a success, `invalid_credentials` for a problem. */
export interface RecordedExample {
  readonly best: Example;
  /** Digests of the structures of all exchanges: which members exist, with which types. */
  readonly structures: readonly string[];
}

/** Recorded examples by key. */
export type RecordedExamples = Readonly<Record<string, RecordedExample>>;

/** Length in characters up to which an example is easy to read. */
const readableLength = 1200;
const maxArrayLength = 2;
const maxLength = 8000;

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const jwt = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const hex = /^[0-9a-f]{12,}$/;
const randomText = /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w-]{16,}$/;
const localUrl = /\b(?:127\.0\.0\.1|localhost):\d+/g;
const firstInstantMs = Date.parse('2026-01-15T09:30:00Z');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
};

const digestOf = (text: string, encoding: 'hex' | 'base64url'): string =>
  createHash('sha512').update(text).digest(encoding).repeat(4);

/**
 * Replaces values that differ between runs (identifiers, times, tokens, ports) with fixed ones of the same form, and
 * shortens arrays. Equal values stay equal, and times keep their distance.
 */
export const normalize = <T>(value: T): T => {
  const instants = textsIn(value)
    .filter((text) => instant.test(text))
    .map((text) => Date.parse(text));
  const earliestMs = Math.min(...instants);
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size + 1;
    numbers.set(text, known);
    return known;
  };
  const normalizeText = (text: string): string => {
    if (instant.test(text)) {
      const seconds = Math.round((Date.parse(text) - earliestMs) / 1000);
      return new Date(firstInstantMs + seconds * 1000).toISOString();
    }
    if (jwt.test(text)) {
      return ['{"alg":"ES256","typ":"at+jwt"}', '{"iss":"rollcall"}', `signature ${String(numberOf(text))}`]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.');
    }
    if (hex.test(text)) return digestOf(String(numberOf(text)), 'hex').slice(0, text.length);
    if (randomText.test(text)) return digestOf(String(numberOf(text)), 'base64url').slice(0, text.length);
    return text
      .replaceAll(uuid, (id) => `0199b2c4-5d00-7000-8000-${String(numberOf(id)).padStart(12, '0')}`)
      .replaceAll(localUrl, '127.0.0.1:8080');
  };
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return normalizeText(part);
    if (Array.isArray(part)) return part.slice(0, maxArrayLength).map(visit);
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, visit(member)]));
  };
  return visit(value) as T;
};

/** Every member with the type of its value, array items under one name. */
const membersOf = (value: unknown, path = ''): string[] => {
  if (Array.isArray(value)) return [`${path}[]`, ...value.flatMap((item) => membersOf(item, `${path}[]`))];
  if (isObject(value)) return Object.entries(value).flatMap(([name, member]) => membersOf(member, `${path}/${name}`));
  return [`${path}:${value === null ? 'null' : typeof value}`];
};

/** The digest of an example's structure. Two exchanges with the same structure are equally good examples. */
export const structureOf = (example: Example): string => {
  const members = [...new Set(membersOf(example))].sort();
  return createHash('sha256').update(members.join('\n')).digest('hex').slice(0, 12);
};

/** How well an example shows the members of its schema; readable examples come before complete ones. */
const scoreOf = (example: Example): number => {
  const text = JSON.stringify(example);
  const shown = new Set(membersOf(example).filter((member) => !member.endsWith(':null') && !member.endsWith('[]')));
  return shown.size - (text.length > readableLength ? 1000 : 0) + (/\bada\b/i.test(text) ? 5 : 0);
};

/** Whether one example is better than another: by score, then the shorter one, then by text, so that order is irrelevant. */
const isBetter = (one: Example, other: Example): boolean => {
  const difference = scoreOf(one) - scoreOf(other);
  if (difference !== 0) return difference > 0;
  const [text, otherText] = [JSON.stringify(one), JSON.stringify(other)];
  return text.length === otherText.length ? text < otherText : text.length < otherText.length;
};

/** The best example and all structures, by key. */
class ExampleCollection {
  readonly #byKey = new Map<string, { best: Example; readonly structures: Set<string> }>();

  add(key: string, example: Example, structures: readonly string[]): void {
    const known = this.#byKey.get(key);
    if (known === undefined) {
      this.#byKey.set(key, { best: example, structures: new Set(structures) });
      return;
    }
    if (isBetter(example, known.best)) known.best = example;
    for (const structure of structures) known.structures.add(structure);
  }

  /** In a stable order. */
  get recorded(): RecordedExamples {
    const entries = [...this.#byKey].sort(([one], [other]) => one.localeCompare(other));
    return Object.fromEntries(
      entries.map(([key, { best, structures }]) => [key, { best, structures: [...structures].sort() }]),
    );
  }
}

/** Combines the examples that several processes recorded. */
export const mergeExamples = (all: readonly RecordedExamples[]): RecordedExamples => {
  const merged = new ExampleCollection();
  for (const examples of all) {
    for (const [key, { best, structures }] of Object.entries(examples)) merged.add(key, best, structures);
  }
  return merged.recorded;
};

const parsed = (text: OutgoingRequest['body']): unknown => {
  try {
    return text === undefined ? undefined : (JSON.parse(text.toString()) as unknown);
  } catch {
    return undefined;
  }
};

/** Records request and response bodies of the scenarios, from which the examples of the API document are chosen. */
export class ExampleRecorder {
  readonly #examples = new ExampleCollection();

  /** Records one exchange with an endpoint. */
  record(contract: Contract, { body }: OutgoingRequest, response: ApiResponse): void {
    const status = response.peekStatus();
    const contentType = response.headers.get('content-type') ?? '';
    const isProblem = contentType.startsWith('application/problem+json');
    const isJson = contentType.startsWith('application/json');
    if (!(isProblem || isJson || status === 204) || (!isProblem && status >= 300)) return;
    const request = parsed(body);
    const example = normalize<Example>({
      ...(!isProblem && contract.body !== undefined && request !== undefined && { request }),
      ...(response.body !== undefined && { response: response.body }),
    });
    const length = JSON.stringify(example).length;
    if (length <= 2 || length > maxLength) return;
    const key = isProblem
      ? String((response.body as { code?: unknown }).code)
      : `${contract.operationId} ${String(status)}`;
    this.#examples.add(key, example, [structureOf(example)]);
  }

  /** What was recorded. */
  get recorded(): RecordedExamples {
    return this.#examples.recorded;
  }
}
