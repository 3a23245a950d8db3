import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Envelope } from '@cucumber/messages';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proofsIn, type Proof } from './proof.js';

/** What the features say of themselves. */
export interface FeatureFacts {
  readonly proofs: readonly Proof[];
  /** Every scenario, as `titleOf` names it; more than once where a name is not unique in its file. */
  readonly titles: readonly string[];
}

/** Names a scenario in reports. */
export const titleOf = ({ uri, name }: { readonly uri: string; readonly name: string }): string => `${uri}: ${name}`;

const featuresIn = (root: string): string[] =>
  readdirSync(join(root, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.feature'))
    .map((path) => `features/${path.replaceAll('\\', '/')}`)
    .sort();

/**
 * What Gherkin makes of the text of a feature.
 * @param uri named in proofs and faults
 * @throws Error with the place of each fault when it is no Gherkin
 */
export const parseFeature = (uri: string, text: string): readonly Envelope[] => {
  const messages = generateMessages(text, uri, SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, {
    newId: IdGenerator.incrementing(),
    includeGherkinDocument: true,
    includePickles: true,
  });
  const faults = messages.flatMap(({ parseError }) => parseError?.message ?? []);
  if (faults.length > 0) throw new Error(`${uri} cannot be read: ${faults.join('; ')}`);
  return messages;
};

/** Reads every feature of the project; nothing is run. */
export const readFeatures = (root: string): FeatureFacts => {
  const features = featuresIn(root).map((uri) => parseFeature(uri, readFileSync(join(root, uri), 'utf8')));
  const pickles = features.flat().flatMap(({ pickle }) => pickle ?? []);
  return { proofs: features.flatMap(proofsIn), titles: pickles.map(titleOf) };
};
