import { TestStepResultStatus as Status } from '@cucumber/messages';
import { describe, expect, it } from 'vitest';
import { failureText } from '../../../scripts/features/failure-text.js';
import { RunResults } from '../../../scripts/features/results.js';
import { runStarted, scenarioMessages } from './messages.js';

describe('a failure in the terminal', () => {
  const failure = (ids: Parameters<typeof scenarioMessages>[0], isKept = false): string => {
    const [scenario] = new RunResults([runStarted, ...scenarioMessages(ids)]).scenarios;
    if (scenario === undefined) throw new Error('there is no scenario');
    return failureText(scenario, 1, { html: 'reports/features.html', patterns: [], isKept, flags: ['--fresh'] });
  };

  it('ends with the command that runs it again, the HTML report and --keep-failed', () => {
    const text = failure({
      id: 'bad',
      statuses: [Status.FAILED],
      message: 'expected 403',
      attachment: 'POST /x -> 401',
    });
    expect(text).toContain('expected 403');
    expect(text).toContain('POST /x -> 401');
    expect(text).toMatch(
      /npm run features -- --fresh features\/x\.feature:3\n.*reports\/features\.html\n.*--keep-failed/,
    );
    expect(failure({ id: 'bad', statuses: [Status.FAILED] }, true)).not.toContain('--keep-failed');
  });

  it('has one comparison of expected and actual values', () => {
    const text = failure({
      id: 'bad',
      statuses: [Status.FAILED],
      message:
        'AssertionError: differs\n+ actual - expected\n\n+ 1\n- 2\n    + expected - actual\n\n    -1\n    +2\n\n    at x (y.ts:1:2)',
    });
    expect(text).toContain('+ actual - expected');
    expect(text).not.toContain('+ expected - actual');
    expect(text).toContain('at x (y.ts:1:2)');
  });

  it('has neither pictures nor colors', () => {
    const text = failure({
      id: 'bad',
      statuses: [Status.FAILED],
      message: 'waiting for \u001b[2mthe page\u001b[22m',
      attachment: 'Page of Ada',
      screenshot: Buffer.from('PNG of the page').toString('base64'),
    });
    expect(text).toContain('waiting for the page\n');
    expect(text).toContain('Page of Ada');
    expect(text).not.toContain('PNG');
  });
});
