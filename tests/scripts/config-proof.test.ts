import { describe, expect, it } from 'vitest';
import { errorsOf, provableKeys } from '../../scripts/config-proof/errors.js';
import { proofsIn, type Proof } from '../../scripts/config-proof/proof.js';
import { parseFeature, readFeatures } from '../../scripts/config-proof/read.js';
import type { ScenarioCoverage } from '../../features/support/coverage.js';

const uri = 'features/config/x.feature';

const read = (text: string): Proof[] => proofsIn(parseFeature(uri, text));

const proofsOfAll: readonly Proof[] = provableKeys().map((key) => ({ key, uri, name: key }));

const reachedBy = ({ name, key }: Proof): ScenarioCoverage => ({
  uri,
  name,
  routes: {},
  keys: [key],
  changed: [key],
  actions: [],
});

const facts = (proofs: readonly Proof[]) => ({ proofs, titles: proofs.map(({ name }) => `${uri}: ${name}`) });

describe('a tag that says what a scenario proves', () => {
  it('names a key, or several', () => {
    expect(
      read('Feature: X\n\n  @slow @proves:docs.enabled @proves:features.*\n  Scenario: One\n    When it is so\n'),
    ).toEqual([
      { key: 'docs.enabled', uri, name: 'One' },
      { key: 'features.*', uri, name: 'One' },
    ]);
  });

  it('takes the placeholders of an outline from each row, within a rule too', () => {
    const text = `Feature: X
  Rule: R
    @proves:rateLimit.<policy>.<what>
    Scenario Outline: <what> of <policy>
      When <policy> is so
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

  it('keeps a placeholder that no column fills, which is no key', () => {
    expect(read('Feature: X\n\n  @proves:<key>\n  Scenario: One\n    When it is so\n')).toEqual([
      { key: '<key>', uri, name: 'One' },
    ]);
  });

  it('must stand in a feature that can be read', () => {
    expect(() => read('Feature: X\n\n  @proves: docs.enabled\n  Scenario: One\n')).toThrow(`${uri} cannot be read`);
  });
});

describe('the keys of the configuration', () => {
  it('are all proved when each has a scenario that changed it', () => {
    expect(errorsOf(facts(proofsOfAll), proofsOfAll.map(reachedBy))).toEqual([]);
  });

  it('include all that an operator may name, as one', () => {
    expect(provableKeys()).toContain('features.*');
  });

  it('are told when no scenario proves them, with those that might', () => {
    const others = proofsOfAll.filter(({ key }) => key !== 'docs.enabled');
    const reached = [...others.map(reachedBy), reachedBy({ key: 'docs.enabled', uri, name: 'Hidden' })];
    expect(errorsOf(facts(others), others.map(reachedBy))).toEqual([
      'docs.enabled has no proof; tag the scenario that proves it with @proves:docs.enabled (no scenario changes it while the service is running)',
    ]);
    expect(errorsOf(facts(others), reached)[0]).toContain(`(these change it: ${uri}: Hidden)`);
  });

  it('are told when a proof names none of them', () => {
    const wrong = { key: 'docs.enable', uri, name: 'Wrong' };
    expect(errorsOf(facts([...proofsOfAll, wrong]), proofsOfAll.map(reachedBy))).toEqual([
      `${uri}: Wrong has the tag for docs.enable, which does not exist`,
    ]);
  });

  it('are not proved by a scenario that sets them at the start alone', () => {
    const reached = proofsOfAll.map((proof) => ({
      ...reachedBy(proof),
      ...(proof.key === 'docs.enabled' && { changed: [] }),
    }));
    expect(errorsOf(facts(proofsOfAll), reached)).toEqual([
      `${uri}: docs.enabled has the tag for docs.enabled but does not change it while the service is running`,
    ]);
  });

  it('are proved under a name that no other scenario of the file has', () => {
    const { proofs, titles } = facts(proofsOfAll);
    expect(errorsOf({ proofs, titles: [...titles, `${uri}: docs.enabled`] }, proofsOfAll.map(reachedBy))).toEqual([
      `${uri}: docs.enabled proves docs.enabled, but its name is not unique in the file`,
    ]);
  });
});

it('reads the features of the project', () => {
  const root = new URL('../..', import.meta.url).pathname;
  expect(readFeatures(root).proofs).toContainEqual({
    key: 'rateLimit.login.points',
    uri: 'features/config/limits.feature',
    name: 'Points of login',
  });
});
