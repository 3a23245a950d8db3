import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const runBenchmark = async (...args: string[]): Promise<string> => {
  const command = [...process.execArgv, '--import', 'tsx', 'bench/run.ts', ...args];
  return (await promisify(execFile)(process.execPath, command, { cwd: root })).stdout;
};

describe('npm run bench', () => {
  it('prints a row for each way with a server', async () => {
    const rows = (await runBenchmark('2')).split('\n').filter((line) => /^\| .*\| 2 \|/.test(line));
    expect(rows).toHaveLength(6);
    expect(rows.at(-1)).toContain('lease, empty, verify | 2 |');
  });

  it('compares the first leases with the last ones', async () => {
    expect(await runBenchmark('--drift', '10')).toMatch(/^first 100 leases: median .*last 100 of 10: median/m);
  });
});
