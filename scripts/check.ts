/**
 * `npm run check [-- name…]`: runs the checks that need no running service, two at a time. Prints the output of failed
 * checks. The exit code is 1 if a check failed, and 2 for an unknown name.
 */
import { spawn } from 'node:child_process';

/** Scripts in package.json, slowest first, so that both workers finish at about the same time. */
const checks = [
  'lint',
  'types',
  'console:types',
  'openapi:lint',
  'format:check',
  'dead',
  'architecture',
  'steps',
  'wording',
  'docs:check',
];

interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: string;
}

const run = (name: string): Promise<CheckResult> =>
  new Promise((resolve) => {
    const started = performance.now();
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const finish = (passed: boolean, last = ''): void => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ name, passed, output: Buffer.concat(chunks).toString() + last, seconds });
    };
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => finish(false, error.message));
    child.on('close', (code) => finish(code === 0));
  });

const report = ({ name, passed, output, seconds }: CheckResult): void => {
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (!passed) console.log(output.trimEnd().replace(/^/gm, '    '));
};

const runAll = async (queue: string[]): Promise<boolean> => {
  let allPassed = true;
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const result = await run(name);
    report(result);
    allPassed &&= result.passed;
  }
  return allPassed;
};

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !checks.includes(name));
if (unknown.length > 0) {
  console.error(`check: unknown check ${unknown.join(', ')}; available: ${checks.join(', ')}`);
  process.exitCode = 2;
} else {
  const queue = requested.length > 0 ? requested : [...checks];
  const results = await Promise.all([runAll(queue), runAll(queue)]);
  process.exitCode = results.every(Boolean) ? 0 : 1;
}
