import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Shell commands that the fake npm runs for `npm <command line>`. Other command lines do nothing. */
type NpmScript = Record<string, string>;

interface Run {
  readonly status: number | null;
  readonly lines: string[];
  /** The arguments of each npm call, in order. */
  readonly calls: string[];
}

const unitReport = (passed: number, failed = 0, pending = 0): string =>
  `mkdir -p reports; echo '${JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending })}' > reports/unit.json`;
const featureReport = (passed: number, failed = 0, skipped = 0): string =>
  `mkdir -p reports; echo '${JSON.stringify({ passed, failed, skipped })}' > reports/summary.json`;

const fresh = 'run features -- --fresh --order random';
/** Installs a fake second Node.js that prints a version. */
const installNode = (version: string): string =>
  [
    'bin="$3/node_modules/node-linux-$(node -p process.arch)/bin"',
    'mkdir -p "$bin"',
    `printf '#!/bin/sh\\necho ${version}\\n' > "$bin/node"`,
    'chmod +x "$bin/node"',
  ].join('; ');

const success: NpmScript = {
  test: `${unitReport(30)}; ${featureReport(12)}`,
  'run test:unit': unitReport(30),
  [fresh]: featureReport(12),
  install: installNode('v24.21.0'),
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ci-run-'));
  for (const folder of ['.ci', 'bin', 'tmp']) mkdirSync(join(root, folder));
  cpSync('.ci/run', join(root, '.ci/run'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const runWith = (npmScript: NpmScript): Run => {
  const cases = Object.entries(npmScript).map(([call, script]) => {
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
  it('runs all steps in order and prints the totals of all reports in the last line', () => {
    const { status, lines, calls } = runWith(success);
    expect(lines.at(-1)).toBe('84 passed, 0 failed');
    expect(status).toBe(0);
    expect(calls.map((call) => call.replace(/^install .*/, 'install'))).toEqual([
      'ci',
      'test',
      'run check',
      'run build',
      'run examples',
      'install',
      'run test:unit',
      fresh,
      expect.stringMatching(/^run examples -- --with @cucumber\/cucumber@13\.\d+\.\d+ koa-knex$/u),
    ]);
  });

  it('removes its temporary files', () => {
    runWith(success);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('fails after running the remaining steps when tests fail', () => {
    const { status, lines, calls } = runWith({
      ...success,
      test: `${unitReport(29, 1)}; ${featureReport(10, 2)}; exit 1`,
    });
    expect(lines.at(-1)).toBe('81 passed, 3 failed');
    expect(status).toBe(1);
    expect(calls).toHaveLength(9);
  });

  it.each([
    ['a check fails', { ...success, 'run check': 'exit 1' }, 'failed: check'],
    ['the build fails', { ...success, 'run build': 'exit 2' }, 'failed: build'],
    ['an example fails', { ...success, 'run examples': 'exit 1' }, 'failed: examples'],
    [
      'a report contains a failure although the exit code is 0',
      { ...success, [fresh]: featureReport(11, 1) },
      'failed: reports/summary.json: 1 failed',
    ],
    ['a test was skipped', { ...success, [fresh]: featureReport(11, 0, 1) }, 'failed: reports/summary.json: 1 skipped'],
    ['no test ran', { ...success, [fresh]: featureReport(0) }, 'failed: reports/summary.json: no test ran'],
    ['a report was not written', { ...success, [fresh]: 'true' }, 'failed: reports/summary.json was not written'],
    [
      'a number is missing in a report',
      { ...success, [fresh]: `echo '{"passed":1}' > reports/summary.json` },
      'failed: reports/summary.json was not written',
    ],
    [
      'the second Node.js cannot be installed',
      { ...success, install: 'exit 1' },
      'failed: node 24.21.0 could not be installed',
    ],
    [
      'the second Node.js has another version',
      { ...success, install: installNode('v20.20.2') },
      'failed: node 24.21.0 could not be installed',
    ],
  ])('fails when %s', (_, npmScript, message) => {
    const { status, lines } = runWith(npmScript);
    expect(status).toBe(1);
    expect(lines).toContain(message);
    expect(lines.at(-1)).toMatch(/^\d+ passed, \d+ failed$/);
  });

  it('stops when the packages cannot be installed, and still prints the totals', () => {
    const { status, lines, calls } = runWith({ ...success, ci: 'exit 1' });
    expect(lines.at(-1)).toBe('0 passed, 0 failed');
    expect(status).toBe(1);
    expect(calls).toEqual(['ci']);
  });

  it('does not count reports of earlier runs', () => {
    const { status, lines } = runWith({ ...success, [fresh]: 'exit 0' });
    expect(lines.at(-1)).toBe('72 passed, 0 failed');
    expect(status).toBe(1);
  });
});
