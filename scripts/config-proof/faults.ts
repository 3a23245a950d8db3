import { openSections, settings } from '../../src/config/schema/schema.js';
import type { ScenarioCoverage } from '../../features/support/coverage.js';
import { tagFor, type Proof } from './proof.js';
import { titleOf, type FeatureFacts } from './read.js';

/** Keys that cannot be changed to anything, and why: what proves them is that it is refused. */
const refusedOnly: ReadonlySet<string> = new Set(['redis.url']);

/** Every key that needs a proof; one for all that the operator may name in an open section. */
export const provableKeys = (): string[] => [
  ...settings.keys(),
  ...[...openSections.keys()].map((section) => `${section}.*`),
];

/** At most so many scenarios are named where one has to be chosen. */
const mostNamed = 3;

const missing = (key: string, reached: readonly ScenarioCoverage[]): string => {
  const candidates = reached
    .filter(({ changed }) => changed.includes(key))
    .sort((one, other) => one.changed.length - other.changed.length)
    .map(titleOf);
  const tag = `tag the scenario that proves it with ${tagFor(key)}`;
  const hint =
    candidates.length === 0
      ? 'none changes it while the service runs'
      : `these change it: ${candidates.slice(0, mostNamed).join('; ')}`;
  return `${key} is proved by no scenario: ${tag} (${hint})`;
};

const unfounded = ({ key, ...scenario }: Proof, reached: readonly ScenarioCoverage[]): string[] => {
  const runs = reached.filter((run) => titleOf(run) === titleOf(scenario));
  const did = runs.some(({ changed, keys }) => (refusedOnly.has(key) ? keys : changed).includes(key));
  return did ? [] : [`${titleOf(scenario)} says that it proves ${key}, and does not change it while the service runs`];
};

/**
 * What is wrong with the proofs, in sentences.
 * @param reached what each scenario reached in the last run of everything
 */
export const faultsOf = ({ proofs, titles }: FeatureFacts, reached: readonly ScenarioCoverage[]): string[] => {
  const keys = provableKeys();
  const proved = new Set(proofs.map(({ key }) => key));
  const known = new Set(keys);
  const count = (proof: Proof): number => titles.filter((title) => title === titleOf(proof)).length;
  return [
    ...keys.filter((key) => !proved.has(key)).map((key) => missing(key, reached)),
    ...proofs
      .filter(({ key }) => !known.has(key))
      .map((proof) => `${titleOf(proof)} says that it proves ${proof.key}, which is no key`),
    ...proofs
      .filter((proof) => count(proof) > 1)
      .map((proof) => `${titleOf(proof)} proves ${proof.key}, and other scenarios of that file have the same name`),
    ...proofs.filter(({ key }) => known.has(key)).flatMap((proof) => unfounded(proof, reached)),
  ];
};
