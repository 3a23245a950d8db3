import type { oas31 } from 'zod-openapi';
import recorded from './examples.json' with { type: 'json' };

/** The bodies of an exchange that a scenario produced. */
export interface Example {
  readonly request?: unknown;
  readonly response?: unknown;
}

/** By `<operationId> <status>` for successes and by code for problems; written by scripts/api-examples.ts. */
const examples: Readonly<Record<string, Example>> = recorded;

/** `invalid_token` and `login 200` as parts of component names: `InvalidToken` and `Login200`. */
export const pascalCase = (text: string): string =>
  text.replaceAll(/(?:^|[_ ])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const componentName = (key: string, part: string): string => pascalCase(key) + pascalCase(part);

/** Examples of all operations and problems: `components.examples`. */
export const exampleComponents: Readonly<Record<string, oas31.ExampleObject>> = Object.fromEntries(
  Object.entries(examples).flatMap(([key, example]) =>
    Object.entries(example).map(([part, value]) => [componentName(key, part), { value: value as unknown }]),
  ),
);

/** References to the examples of these keys, as `examples` of a request or response body; absent if there are none. */
export const exampleReferences = (
  part: keyof Example,
  keys: readonly string[],
): { examples?: Record<string, oas31.ReferenceObject> } => {
  const found = keys.filter((key) => examples[key]?.[part] !== undefined);
  if (found.length === 0) return {};
  const reference = (key: string) => ({ $ref: `#/components/examples/${componentName(key, part)}` });
  return { examples: Object.fromEntries(found.map((key) => [pascalCase(key), reference(key)])) };
};
