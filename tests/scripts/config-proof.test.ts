import { describe, expect, it } from 'vitest';
import { errorsOf, provableKeys } from '../../scripts/config-proof/errors.js';
import { proofsIn, type Proof } from '../../scripts/config-proof/proof.js';
import { parseFeature, readFeatures } from '../../scripts/config-proof/read.js';
import type { ScenarioCoverage } from '../../features/support/run/coverage.js';

const uri = 'features/config/x.feature';

const read = (text: string): Proof[] => proofsIn(parseFeature(uri, text));

const proofsOfAllKeys: readonly Proof[] = provableKeys().map((key) => ({ key, uri, name: key }));

const reachedBy = ({ name, key }: Proof): ScenarioCoverage => ({
  uri,
  name,
  routes: {},
  keys: [key],
  changed: [key],
  actions: [],
});

const facts = (proofs: readonly Proof[]) => ({ proofs, titles: proofs.map(({ name }) => `${uri}: ${name}`) });

describe('@proves tags', () => {
  it('name one or more keys', () => {
    expect(
      read('Feature: X\n\n  @slow @proves:docs.enabled @proves:features.*\n  Scenario: One\n    When it happens\n'),
    ).toEqual([
      { key: 'docs.enabled', uri, name: 'One' },
      { key: 'features.*', uri, name: 'One' },
    ]);
  });

  it('can contain placeholders of an outline, also in a rule', () => {
    const text = `Feature: X
  Rule: R
    @proves:rateLimit.<policy>.<what>
    Scenario Outline: <what> of <policy>
      When <policy> happens
      Examples:
        | policy | what   |
        | login  | points |
      Examples:
        | what  | policy |
        | block | mail   |
`;
    expect(read(text).map(({ key, name }) => [key, name])).toEqual([
      ['rateLimit.login.points', 'points of login'],
      ['rateLimit.mail.block', 'block of mail'],
    ]);
  });

  it('keep placeholders without a column', () => {
    expect(read('Feature: X\n\n  @proves:<key>\n  Scenario: One\n    When it happens\n')).toEqual([
      { key: '<key>', uri, name: 'One' },
    ]);
  });

  it('are read only from valid features', () => {
    expect(() => read('Feature: X\n\n  @proves: docs.enabled\n  Scenario: One\n')).toThrow(`${uri} cannot be read`);
  });
});

describe('the keys of the configuration', () => {
  it('are all proved if each has a scenario that changed it', () => {
    expect(errorsOf(facts(proofsOfAllKeys), proofsOfAllKeys.map(reachedBy))).toEqual([]);
  });

  it('include one entry for each open section', () => {
    expect(provableKeys()).toContain('features.*');
  });

  it('are reported without a scenario that proves them, with candidates', () => {
    const others = proofsOfAllKeys.filter(({ key }) => key !== 'docs.enabled');
    const reached = [...others.map(reachedBy), reachedBy({ key: 'docs.enabled', uri, name: 'Hidden' })];
    expect(errorsOf(facts(others), others.map(reachedBy))).toEqual([
      'docs.enabled has no proof; tag the scenario that proves it with @proves:docs.enabled (no scenario changes it while the service is running)',
    ]);
    expect(errorsOf(facts(others), reached)[0]).toContain(`(these change it: ${uri}: Hidden)`);
  });

  it('are reported if a tag names an unknown key', () => {
    const wrong = { key: 'docs.enable', uri, name: 'Wrong' };
    expect(errorsOf(facts([...proofsOfAllKeys, wrong]), proofsOfAllKeys.map(reachedBy))).toEqual([
      `${uri}: Wrong has the tag for docs.enable, which does not exist`,
    ]);
  });

  it('are not proved by a scenario that sets them only at the start', () => {
    const reached = proofsOfAllKeys.map((proof) => ({
      ...reachedBy(proof),
      ...(proof.key === 'docs.enabled' && { changed: [] }),
    }));
    expect(errorsOf(facts(proofsOfAllKeys), reached)).toEqual([
      `${uri}: docs.enabled has the tag for docs.enabled but does not change it while the service is running`,
    ]);
  });

  it('are proved by a scenario whose name is unique in its file', () => {
    const { proofs, titles } = facts(proofsOfAllKeys);
    expect(errorsOf({ proofs, titles: [...titles, `${uri}: docs.enabled`] }, proofsOfAllKeys.map(reachedBy))).toEqual([
      `${uri}: docs.enabled proves docs.enabled, but its name is not unique in the file`,
    ]);
  });
});

it('reads the features of the project', () => {
  const root = new URL('../..', import.meta.url).pathname;
  expect(readFeatures(root).proofs).toContainEqual({
    key: 'rateLimit.login.points',
    uri: 'features/config/rate-limits.feature',
    name: 'The points of the policy login',
  });
});
