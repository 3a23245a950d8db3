import { openSections, settings } from '../../src/config/schema/schema.js';
import type { ScenarioCoverage } from '../../features/support/run/coverage.js';
import { tagFor, type Proof } from './proof.js';
import { titleOf, type FeatureFacts } from './read.js';

/** Keys with only one valid value. They are proved by a scenario in which a change is rejected. */
const singleValueKeys: ReadonlySet<string> = new Set(['redis.url']);

/** Every key that needs a proof; an open section counts as one key. */
export const provableKeys = (): string[] => [
  ...settings.keys(),
  ...[...openSections.keys()].map((section) => `${section}.*`),
];

/** Maximum number of suggested scenarios. */
const mostNamed = 3;

const missing = (key: string, reached: readonly ScenarioCoverage[]): string => {
  const candidates = reached
    .filter(({ changed }) => changed.includes(key))
    .sort((one, other) => one.changed.length - other.changed.length)
    .map(titleOf);
  const tag = `tag the scenario that proves it with ${tagFor(key)}`;
  const hint =
    candidates.length === 0
      ? 'no scenario changes it while the service is running'
      : `these change it: ${candidates.slice(0, mostNamed).join('; ')}`;
  return `${key} has no proof; ${tag} (${hint})`;
};

const proofErrors = ({ key, ...scenario }: Proof, reached: readonly ScenarioCoverage[]): string[] => {
  const runs = reached.filter((run) => titleOf(run) === titleOf(scenario));
  const did = runs.some(({ changed, keys }) => (singleValueKeys.has(key) ? keys : changed).includes(key));
  return did ? [] : [`${titleOf(scenario)} has the tag for ${key} but does not change it while the service is running`];
};

/**
 * The errors in the proofs.
 * @param reached what each scenario covered in the last full run
 */
export const errorsOf = ({ proofs, titles }: FeatureFacts, reached: readonly ScenarioCoverage[]): string[] => {
  const keys = provableKeys();
  const proved = new Set(proofs.map(({ key }) => key));
  const known = new Set(keys);
  const count = (proof: Proof): number => titles.filter((title) => title === titleOf(proof)).length;
  return [
    ...keys.filter((key) => !proved.has(key)).map((key) => missing(key, reached)),
    ...proofs
      .filter(({ key }) => !known.has(key))
      .map((proof) => `${titleOf(proof)} has the tag for ${proof.key}, which does not exist`),
    ...proofs
      .filter((proof) => count(proof) > 1)
      .map((proof) => `${titleOf(proof)} proves ${proof.key}, but its name is not unique in the file`),
    ...proofs.filter(({ key }) => known.has(key)).flatMap((proof) => proofErrors(proof, reached)),
  ];
};
