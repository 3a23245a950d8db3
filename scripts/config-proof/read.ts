import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Envelope } from '@cucumber/messages';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proofsIn, type Proof } from './proof.js';

/** The proofs and titles of all features. */
export interface FeatureFacts {
  readonly proofs: readonly Proof[];
  /** Every scenario as `titleOf` formats it; listed more than once if its name is not unique. */
  readonly titles: readonly string[];
}

/** The title of a scenario in reports. */
export const titleOf = ({ uri, name }: { readonly uri: string; readonly name: string }): string => `${uri}: ${name}`;

const featuresIn = (root: string): string[] =>
  readdirSync(join(root, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.feature'))
    .map((path) => `features/${path.replaceAll('\\', '/')}`)
    .sort();

/**
 * Parses a feature.
 * @param uri path used in proofs and errors
 * @throws Error with the position of each syntax error
 */
export const parseFeature = (uri: string, text: string): readonly Envelope[] => {
  const messages = generateMessages(text, uri, SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, {
    newId: IdGenerator.incrementing(),
    includeGherkinDocument: true,
    includePickles: true,
  });
  const errors = messages.flatMap(({ parseError }) => parseError?.message ?? []);
  if (errors.length > 0) throw new Error(`${uri} cannot be read: ${errors.join('; ')}`);
  return messages;
};

/** Reads all features; none is run. */
export const readFeatures = (root: string): FeatureFacts => {
  const features = featuresIn(root).map((uri) => parseFeature(uri, readFileSync(join(root, uri), 'utf8')));
  const pickles = features.flat().flatMap(({ pickle }) => pickle ?? []);
  return { proofs: features.flatMap(proofsIn), titles: pickles.map(titleOf) };
};
