import { suggest } from '../schema/suggest.js';

const known = ['production', 'development', 'test'] as const;

/**
 * A warning about an unknown `NODE_ENV`: `prod` behaves like development, without the production checks. A value with a
 * file, such as staging.yaml, counts as known.
 * @param files names of the files that were read
 */
export const nodeEnvWarnings = (nodeEnv: string, files: readonly string[]): string[] => {
  if (known.some((name) => name === nodeEnv) || files.includes(`${nodeEnv}.yaml`)) return [];
  const lower = nodeEnv.toLowerCase();
  const near = known.find((name) => name.startsWith(lower)) ?? suggest(nodeEnv, [...known]);
  return [
    `NODE_ENV is ${nodeEnv}, which is not one of ${known.join(', ')}, and there is no ${nodeEnv}.yaml: ` +
      `production checks do not apply${near === undefined ? '' : `; did you mean ${near}?`}`,
  ];
};
