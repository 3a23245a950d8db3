import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@cucumber/messages';
import { expect, onTestFinished, test } from 'vitest';
import { writeHtmlReport } from '../../../scripts/features/html-report.js';
import { shortStack } from '../../../scripts/features/short-stack.js';

/** The messages in the report: the formatter puts them into a script. */
const written = async (messages: readonly Envelope[]): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'html-report-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'features.html');
  await writeHtmlReport(path, messages, 'schemas reused');
  return readFile(path, 'utf8');
};

const argument = (start: number, value: string): { group: { start: number; value: string } } => ({
  group: { start, value },
});

test('arguments that are absent are not in the report, which would repeat text after them', async () => {
  const stepMatchArguments = [argument(0, 'Ada'), argument(16, '')];
  const testSteps = [
    { id: 's', stepMatchArgumentsLists: [{ stepMatchArguments }] },
    { id: 'hook', hookId: 'h' },
  ];
  const html = await written([{ testCase: { id: 't', pickleId: 'p', testSteps } }]);
  expect(html).toContain('"stepMatchArguments":[{"group":{"start":0,"value":"Ada"}}]');
  expect(html).toContain('{"id":"hook","hookId":"h"}');
});

test('an error has the frames of the project, with relative paths', () => {
  const frames = [
    'AssertionError: expected 403, got 401',
    '    at assertRejected (/srv/app/features/support/http/problem.ts:23:12)',
    '    at StrayErrors.run (/srv/app/features/support/guards/stray-errors.ts:55:65)',
    '    at RollcallWorld.arity2 (/srv/app/node_modules/util-arity/arity.js:22:24)',
    '    at AsyncLocalStorage.run (node:async_hooks:346:14)',
  ];
  expect(shortStack(frames.join('\n'), '/srv/app')).toBe(
    `${String(frames[0])}\n    at assertRejected (features/support/http/problem.ts:23:12)`,
  );
});

test('the report contains the short form of an error, without colors, as a message and as an exception', async () => {
  const message = `Error: \u001b[2mno\u001b[22m\n    at check (${process.cwd()}/features/a.ts:1:2)\n    at node:internal/x:1:1`;
  const exception = { type: 'Error', message: 'no', stackTrace: message };
  const testStepResult = { status: 'FAILED', message, exception, duration: { seconds: 0, nanos: 0 } };
  const timestamp = { seconds: 0, nanos: 0 };
  const testStepFinished = { testCaseStartedId: 'c', testStepId: 's', testStepResult, timestamp };
  const html = await written([{ testStepFinished } as Envelope]);
  // The slash is escaped.
  expect(html.match(/Error: no\\n {4}at check \(features.{1,4}a\.ts:1:2\)"/gu)).toHaveLength(2);
  expect(html).not.toContain('node:internal');
});
