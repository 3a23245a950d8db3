import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError, variable } from '../../../scripts/features/options.js';
import { requireService } from '../../../scripts/features/remote.js';
import { failedPaths, linesFor, lineWithoutSteps, resolvePaths } from '../../../scripts/features/selection.js';
import { directoryPrefix, removeAbandonedRuns } from '../../../scripts/features/work-directory.js';
import { captureError } from '../../support/capture-error.js';

const feature = `Feature: X

  Background:
    Given a

  @tag
  Scenario: one
    When b
    Then c

  Scenario Outline: two <n>
    When <n>

    Examples:
      | n |
      | 1 |
      | 2 |

  Rule: R
    Scenario: three
      Then d
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollcall-selection-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('path:line', () => {
  it.each([
    [1, [7, 16, 17, 20], 'all scenarios for a line before the first'],
    [6, [7], 'a tag'],
    [9, [7], 'a step'],
    [12, [16, 17], 'a step of an outline'],
    [17, [17], 'an example'],
    [21, [20], 'a step of a scenario in a rule'],
    [99, [], 'a line after the end'],
  ])('%i selects the scenarios at %j: %s', (line, expected) => {
    expect(linesFor(feature, line)).toEqual(expected);
  });

  it('is resolved in the file, and a missing file is an error of usage', () => {
    writeFileSync(join(directory, 'x.feature'), feature);
    expect(resolvePaths(directory, ['x.feature:8', 'x.feature'])).toEqual(['x.feature:7', 'x.feature']);
    expect(() => resolvePaths(directory, ['y.feature:8'])).toThrow(new UsageError('There is no y.feature.'));
    expect(() => resolvePaths(directory, ['x.feature:8:99'])).toThrow(
      new UsageError('There is no scenario at line 99 of x.feature.'),
    );
  });
});

describe('a scenario without steps', () => {
  it('is found, also in a rule; a misspelled keyword makes one', () => {
    expect(lineWithoutSteps(feature, [7, 16, 17, 20])).toBeUndefined();
    const misspelled = feature.replace('Then d', 'Thne d').replace('When <n>', 'Whne <n>');
    expect(lineWithoutSteps(misspelled, [20])).toBe(20);
    expect(lineWithoutSteps(misspelled, [17])).toBe(11);
    expect(lineWithoutSteps('Feature: X\n  Scenario: y\n    Gven a\n    When\n', [2])).toBe(2);
  });

  it('is ignored if it is not selected', () => {
    expect(lineWithoutSteps(feature.replace('Then d', 'Thne d'), [7, 16])).toBeUndefined();
  });
});

describe('--failed', () => {
  it('selects the scenarios that failed in the last run', () => {
    expect(() => failedPaths(directory)).toThrow(/needs the result of an earlier run/);
    writeFileSync(join(directory, 'failed.json'), '{"scenarios":["features/x.feature:3"]}');
    expect(failedPaths(directory)).toEqual(['features/x.feature:3']);
    writeFileSync(join(directory, 'failed.json'), '{"scenarios":[]}');
    expect(() => failedPaths(directory)).toThrow('No scenario failed in the last run.');
  });
});

describe('the environment', () => {
  it('has no variables that are empty', () => {
    expect(variable({ BASE_URL: '' }, 'BASE_URL')).toBeUndefined();
    expect(variable({ BASE_URL: 'x' }, 'BASE_URL')).toBe('x');
  });

  it('must have the URL of a service that responds', async () => {
    for (const [url, sentence] of [
      ['nonsense', /BASE_URL must be the URL of a service/],
      [
        'http://127.0.0.1:60999',
        /The service at http:\/\/127\.0\.0\.1:60999 \(BASE_URL\) cannot be reached: .*ECONNREFUSED/,
      ],
    ] as const) {
      const error = await captureError(requireService(url));
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toMatch(sentence);
    }
  });
});

describe('the directories of earlier runs', () => {
  it('are removed if their process has ended', () => {
    const ended = `${directoryPrefix(4_194_304_999)}b`;
    // In another container, a process with this ID may be running.
    const elsewhere = 'rollcall-features-4194304999-1-d';
    for (const name of [`${directoryPrefix(process.pid)}a`, ended, 'other-1-c', elsewhere]) {
      mkdirSync(join(directory, name));
    }
    expect(removeAbandonedRuns([directory])).toEqual([join(directory, ended)]);
  });
});
