import type { oas31 } from 'zod-openapi';
import type { ErrorCode } from '../../errors/codes.js';
import recorded from './examples.json' with { type: 'json' };

/** Bodies of one exchange that a scenario produced. */
interface Example {
  readonly request?: unknown;
  readonly response?: unknown;
}

type References = Readonly<Record<string, oas31.ReferenceObject>>;

/** By `<operationId> <status>` for successes and by code for problems; written by scripts/api-examples.ts. */
const examples: Readonly<Record<string, Example>> = recorded;

const pascalCase = (text: string): string =>
  text.replaceAll(/(?:^|[_ ])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const reference = (key: string, part: keyof Example): References | undefined =>
  examples[key]?.[part] === undefined
    ? undefined
    : { [pascalCase(key)]: { $ref: `#/components/examples/${pascalCase(key)}${pascalCase(part)}` } };

/** Examples of all operations and problems: `components.examples`. */
export const exampleComponents: Readonly<Record<string, oas31.ExampleObject>> = Object.fromEntries(
  Object.entries(examples).flatMap(([key, example]) =>
    Object.entries(example).map(([part, value]) => [
      `${pascalCase(key)}${pascalCase(part)}`,
      { value: value as unknown },
    ]),
  ),
);

/** `examples` of a request body: those of all successful responses of the operation. */
export const requestExamples = (operationId: string, statuses: readonly string[]): { examples?: References } => {
  const references = statuses.map((status) => reference(`${operationId} ${status}`, 'request')).filter(Boolean);
  return references.length === 0 ? {} : { examples: Object.assign({}, ...references) as References };
};

/** `examples` of a successful response. */
export const responseExamples = (operationId: string, status: string): { examples?: References } => {
  const found = reference(`${operationId} ${status}`, 'response');
  return found === undefined ? {} : { examples: found };
};

/** `examples` of an error response: one for each code. */
export const problemExamples = (codes: readonly ErrorCode[]): { examples?: References } => {
  const references = codes.map((code) => reference(code, 'response')).filter(Boolean);
  return references.length === 0 ? {} : { examples: Object.assign({}, ...references) as References };
};
