import { describe, expect, it } from 'vitest';
import { cucumber, nodeTest, runnerOf, vitest } from '../../../scripts/examples/runners.js';

describe('readResults', () => {
  it('lists the scenarios of Cucumber with the statuses of their steps', () => {
    const step = (status: string): unknown => ({ result: { status } });
    const elements = [
      { name: 'Two', line: 7, steps: [step('passed'), step('failed'), step('skipped')] },
      { name: 'One', line: 3, steps: [step('passed'), step('passed')] },
    ];
    expect(cucumber.readResults(JSON.stringify([{ uri: 'a.feature', elements }]))).toEqual([
      'a.feature:3 One: passed',
      'a.feature:7 Two: failed, passed, skipped',
    ]);
  });

  it('lists the tests of Vitest', () => {
    const assertionResults = [
      { fullName: 'two', status: 'failed' },
      { fullName: 'one', status: 'passed' },
    ];
    expect(vitest.readResults(JSON.stringify({ testResults: [{ assertionResults }] }))).toEqual([
      'one: passed',
      'two: failed',
    ]);
  });

  it('lists the tests of node:test', () => {
    const text = 'TAP version 13\n# Subtest: two\nnot ok 1 - two\n  ---\n  ...\nok 2 - one - more\n1..2\n# pass 1\n';
    expect(nodeTest.readResults(text)).toEqual(['one - more: passed', 'two: failed']);
  });
});

describe('runnerOf', () => {
  it.each([
    ['@cucumber/cucumber', cucumber],
    ['vitest', vitest],
    ['pg', nodeTest],
  ])('finds the runner of a project with %s', (name, runner) => {
    expect(runnerOf({ devDependencies: { [name]: '1.0.0' } })).toBe(runner);
  });
});
