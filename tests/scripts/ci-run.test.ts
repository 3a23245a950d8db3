import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What the stand-in for npm does for `npm <command line>`, as lines of shell; nothing when it is not named. */
type Behaviour = Record<string, string>;

interface Run {
  readonly status: number | null;
  readonly lines: string[];
  /** Every `npm …` that was run, in order. */
  readonly calls: string[];
}

const unit = (passed: number, failed = 0, pending = 0): string =>
  `mkdir -p reports; echo '${JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending })}' > reports/unit.json`;
const scenarios = (passed: number, failed = 0, skipped = 0): string =>
  `mkdir -p reports; echo '${JSON.stringify({ passed, failed, skipped })}' > reports/summary.json`;

const fresh = 'run features -- --fresh --order random';
/** Installs a stand-in for the second Node, which tells a version. */
const installNode = (version: string): string =>
  [
    'bin="$3/node_modules/node-linux-$(node -p process.arch)/bin"',
    'mkdir -p "$bin"',
    `printf '#!/bin/sh\\necho ${version}\\n' > "$bin/node"`,
    'chmod +x "$bin/node"',
  ].join('; ');

const sound: Behaviour = {
  test: `${unit(30)}; ${scenarios(12)}`,
  [fresh]: scenarios(12),
  install: installNode('v24.21.0'),
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ci-run-'));
  for (const folder of ['.ci', 'bin', 'tmp']) mkdirSync(join(root, folder));
  cpSync('.ci/run', join(root, '.ci/run'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const runWith = (behaviour: Behaviour): Run => {
  const cases = Object.entries(behaviour).map(([call, script]) => {
    const pattern = call === 'install' ? 'install\\ *' : `'${call}'`;
    return `${pattern}) ${script} ;;`;
  });
  const npm = ['#!/bin/bash', `echo "$*" >> '${root}/calls'`, 'case "$*" in', ...cases, 'esac'].join('\n');
  writeFileSync(join(root, 'bin/npm'), npm);
  chmodSync(join(root, 'bin/npm'), 0o755);
  const PATH = [join(root, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const result = spawnSync('bash', [join(root, '.ci/run')], {
    encoding: 'utf8',
    env: { PATH, TMPDIR: join(root, 'tmp') },
  });
  return {
    status: result.status,
    lines: result.stdout.trimEnd().split('\n'),
    calls: readFileSync(join(root, 'calls'), 'utf8').trim().split('\n'),
  };
};

describe('.ci/run', () => {
  it('runs every step in order and counts all reports in its last line', () => {
    const { status, lines, calls } = runWith(sound);
    expect(lines.at(-1)).toBe('96 passed, 0 failed');
    expect(status).toBe(0);
    expect(calls.map((call) => call.replace(/^install .*/, 'install'))).toEqual([
      'ci',
      'test',
      'run check',
      'run build',
      fresh,
      'install',
      'test',
    ]);
  });

  it('leaves no temporary files behind', () => {
    runWith(sound);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('fails and goes on when tests fail', () => {
    const { status, lines, calls } = runWith({ ...sound, test: `${unit(29, 1)}; ${scenarios(10, 2)}; exit 1` });
    expect(lines.at(-1)).toBe('90 passed, 6 failed');
    expect(status).toBe(1);
    expect(calls).toHaveLength(7);
  });

  it.each([
    ['a check fails', { ...sound, 'run check': 'exit 1' }, 'broken: check'],
    ['the build fails', { ...sound, 'run build': 'exit 2' }, 'broken: build'],
    [
      'a report counts a failure, whatever the exit code',
      { ...sound, [fresh]: scenarios(11, 1) },
      'broken: reports/summary.json: 1 failed',
    ],
    ['a test was skipped', { ...sound, [fresh]: scenarios(11, 0, 1) }, 'broken: reports/summary.json: 1 skipped'],
    ['no test ran', { ...sound, [fresh]: scenarios(0) }, 'broken: reports/summary.json: no test ran'],
    ['a report was not written', { ...sound, [fresh]: 'true' }, 'broken: reports/summary.json was not written'],
    [
      'a report lacks a number',
      { ...sound, [fresh]: `echo '{"passed":1}' > reports/summary.json` },
      'broken: reports/summary.json was not written',
    ],
    ['the second Node cannot be had', { ...sound, install: 'exit 1' }, 'broken: node 24.21.0 could not be installed'],
    [
      'the second Node is another one',
      { ...sound, install: installNode('v20.20.2') },
      'broken: node 24.21.0 could not be installed',
    ],
  ])('fails when %s', (_, behaviour, sentence) => {
    const { status, lines } = runWith(behaviour);
    expect(status).toBe(1);
    expect(lines).toContain(sentence);
    expect(lines.at(-1)).toMatch(/^\d+ passed, \d+ failed$/);
  });

  it('stops at once, with its last line, when the packages cannot be installed', () => {
    const { status, lines, calls } = runWith({ ...sound, ci: 'exit 1' });
    expect(lines.at(-1)).toBe('0 passed, 0 failed');
    expect(status).toBe(1);
    expect(calls).toEqual(['ci']);
  });

  it('does not count the report of an earlier run', () => {
    const { status, lines } = runWith({ ...sound, [fresh]: 'exit 0' });
    expect(lines.at(-1)).toBe('84 passed, 0 failed');
    expect(status).toBe(1);
  });
});
