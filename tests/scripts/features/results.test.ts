import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestStepResultStatus as Status } from '@cucumber/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishRun } from '../../../scripts/features/finish.js';
import { writeHtmlReport } from '../../../scripts/features/html-report.js';
import { writeJunitReport } from '../../../scripts/features/junit-report.js';
import { completeMessages, MessageLog, readMessages } from '../../../scripts/features/message-log.js';
import { readOptions } from '../../../scripts/features/options.js';
import { RunResults } from '../../../scripts/features/results.js';
import type { RunFacts } from '../../../scripts/features/run-facts.js';
import { summaryText } from '../../../scripts/features/terminal.js';
import { runStarted, scenarioMessages } from './messages.js';

const stopped = { id: 'stopped', statuses: [Status.PASSED], isRunningStep: true, isFinished: false };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollcall-results-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('RunResults', () => {
  it('does not count a scenario that did not end as passed', () => {
    const results = new RunResults(
      [
        { id: 'sound', statuses: [Status.PASSED, Status.PASSED] },
        { id: 'failed', statuses: [Status.PASSED, Status.FAILED, Status.SKIPPED] },
        { id: 'undefined', statuses: [Status.PASSED, Status.UNDEFINED, Status.SKIPPED] },
        { id: 'ambiguous', statuses: [Status.AMBIGUOUS] },
        { id: 'pending', statuses: [Status.PASSED, Status.PENDING, Status.SKIPPED] },
        { id: 'skipped', statuses: [Status.SKIPPED] },
        { id: 'its process died', statuses: [Status.PASSED], isFinished: false },
        { id: 'never begun', statuses: [], isStarted: false, isFinished: false },
      ].flatMap(scenarioMessages),
    );
    expect(results.counts).toEqual({ passed: 1, failed: 4, skipped: 3 });
    expect(results.scenarios.map(({ status }) => status)).toEqual([
      'passed',
      'failed',
      'failed',
      'failed',
      'skipped',
      'not run',
      'failed',
      'not run',
    ]);
  });
});

describe('the messages of a run that ended early', () => {
  const messages = [runStarted, ...scenarioMessages(stopped)];

  it('are completed: the step that was running has failed', () => {
    const [scenario] = new RunResults(
      completeMessages(messages, { status: Status.FAILED, message: 'The process ended here.' }),
    ).scenarios;
    expect(scenario?.status).toBe('failed');
    expect(scenario?.steps.at(-1)).toMatchObject({ status: Status.FAILED, message: 'The process ended here.' });
  });

  it('stay as they are if the run is complete', () => {
    const whole = completeMessages(messages, { status: Status.FAILED, message: 'x' });
    expect(completeMessages(whole, { status: Status.FAILED, message: 'y' })).toEqual(whole);
  });

  it('are on the disk as soon as they were written; a line that was cut off is ignored', () => {
    const path = join(directory, 'messages.ndjson');
    const log = new MessageLog(path);
    for (const message of messages) log.write(message);
    expect(readMessages(path)).toEqual(messages);
    log.close();
    writeFileSync(path, '{"testRun', { flag: 'a' });
    expect(readMessages(path)).toEqual(messages);
    expect(readMessages(join(directory, 'none'))).toEqual([]);
  });
});

describe('the reports', () => {
  const messages = completeMessages(
    [
      runStarted,
      ...scenarioMessages({ id: 'sound', statuses: [Status.PASSED] }),
      ...scenarioMessages({
        id: 'bad',
        statuses: [Status.FAILED],
        message: 'no <b>\u0007',
        attachment: 'GET /x -> 500',
      }),
      ...scenarioMessages({ id: 'waiting', statuses: [], isStarted: false, isFinished: false }),
    ],
    { status: Status.FAILED, message: 'x' },
  );

  it('of JUnit have the seed, the mode, and requests and log lines in system-out', () => {
    const path = join(directory, 'junit.xml');
    writeJunitReport(path, new RunResults(messages).scenarios, { seed: '42', mode: 'lease' });
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('tests="3" failures="1" skipped="1"');
    expect(text).toContain('<property name="seed" value="42"/>');
    expect(text).toContain('<failure message="no &lt;b&gt;">');
    expect(text).toMatch(/<system-out>features\/x\.feature:3\n[^<]*GET \/x -&gt; 500<\/system-out>/);
    expect(text).toContain('<skipped message="not run"/>');
    expect(text.endsWith('</testsuite>\n')).toBe(true);
  });

  it('in HTML are whole and say how the run was made', async () => {
    const path = join(directory, 'features.html');
    const meta = { meta: { implementation: { name: 'cucumber-js', version: '12' } } } as never;
    await writeHtmlReport(path, [meta, ...messages], 'order random:42');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('12 (order random:42)');
    expect(text.trimEnd().endsWith('</html>')).toBe(true);
  });
});

describe('the end of a run', () => {
  const facts = { seed: '7', mode: 'lease', workers: 0 } as const;
  const finish = async (
    messages: ReturnType<typeof scenarioMessages>,
    outcome: { facts?: Partial<RunFacts>; error?: string },
    isInterrupted = false,
  ): Promise<{ passed: boolean; text: string }> => {
    const log = new MessageLog(join(directory, 'messages.ndjson'));
    for (const message of [runStarted, ...messages]) log.write(message);
    log.close();
    const printed: string[] = [];
    const passed = await finishRun(
      {
        root: directory,
        options: readOptions(['--reports', directory]),
        outcome: {
          started: facts,
          end: 'exit code 0',
          ...outcome,
          ...(outcome.facts && {
            facts: { ...facts, isolation: null, success: true, kept: [], ownsServer: true, late: [], ...outcome.facts },
          }),
        } as never,
        isInterrupted,
        canWait: false,
        seconds: 1.23,
      },
      (text) => printed.push(text),
    );
    return { passed, text: printed.join('\n') };
  };

  it('is a success if every scenario passed', async () => {
    const { passed, text } = await finish(scenarioMessages({ id: 'sound', statuses: [Status.PASSED] }), { facts: {} });
    expect(passed).toBe(true);
    expect(text).toContain('1 scenario passed in 1.2 s (schemas reused, one process, order random:7)');
    expect(text).toMatch(/Reports: .*features\.html/);
  });

  it('is a failure with a sentence if the process ended in a step', async () => {
    const { passed, text } = await finish(scenarioMessages(stopped), {});
    expect(passed).toBe(false);
    expect(text).toContain('The process ended here (exit code 0). If a step ended it');
    expect(readFileSync(join(directory, 'junit.xml'), 'utf8')).toContain('failures="1"');
  });

  it('is a failure with a reason if a worker process ended after its last scenario', async () => {
    const { passed, text } = await finish(scenarioMessages({ id: 'sound', statuses: [Status.PASSED] }), {
      facts: { success: false },
    });
    expect(passed).toBe(false);
    expect(text).toContain('A worker process ended unexpectedly');
  });

  it('is a failure if a problem became known after its scenario had ended', async () => {
    const { passed, text } = await finish(scenarioMessages({ id: 'sound', statuses: [Status.PASSED] }), {
      facts: { late: [{ scenario: 'features/x.feature: sound', problem: 'a rejection' }] },
    });
    expect(passed).toBe(false);
    expect(text).toContain('After features/x.feature: sound had ended:\n  a rejection');
  });

  it('says what to do if the kept schemas end with the server of the run', async () => {
    const kept = [{ scenario: 'features/x.feature: bad', url: 'postgres://x' }];
    const messages = scenarioMessages({ id: 'bad', statuses: [Status.FAILED] });
    const { text } = await finish(messages, { facts: { kept } });
    expect(text).toContain('set DATABASE_URL to a server of your own');
    expect(text).not.toContain("psql '");
    expect((await finish(messages, { facts: { kept, ownsServer: false } })).text).toContain("psql 'postgres://x'");
  });

  it('shows what was done if it was interrupted; the step that was running has not failed', async () => {
    const messages = [
      { id: 'sound', statuses: [Status.PASSED] },
      { id: 'bad', statuses: [Status.FAILED] },
      stopped,
      { id: 'waiting', statuses: [], isStarted: false, isFinished: false },
    ];
    const { text } = await finish(messages.flatMap(scenarioMessages), {}, true);
    expect(text).toContain('Interrupted after 2 of 4 scenarios.');
    expect(text).toContain('1 scenario passed, 1 failed, 2 not run');
    expect(text).not.toContain('The run was interrupted here.');
    expect(readFileSync(join(directory, 'junit.xml'), 'utf8')).toContain('failures="1" skipped="2"');
    expect(JSON.parse(readFileSync(join(directory, 'failed.json'), 'utf8'))).toEqual({
      scenarios: ['features/x.feature:3'],
    });
  });
});

describe('the summary', () => {
  it('explains the durations of schemas, and leaves them out if nothing was measured', () => {
    const scenarios = new RunResults(scenarioMessages({ id: 'sound', statuses: [Status.PASSED] })).scenarios;
    const facts = { seed: null, mode: 'lease', workers: 2, isolation: { medianMs: 1.24, p95Ms: 4.3 } } as const;
    expect(summaryText(scenarios, facts, 12.34)).toBe(
      '1 scenario passed in 12.3 s (schemas reused, 2 processes; ' +
        'emptying and checking a schema took 1.24 ms (median), 4.3 ms (95th percentile))',
    );
    expect(summaryText(scenarios, { ...facts, isolation: null }, 1)).not.toContain('median');
  });
});
