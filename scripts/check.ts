/**
 * `npm run check [-- name…]`: every check that needs no running service, two at a time; prints what failed and why.
 * Exit 1 when any failed, so that one run shows all faults at once.
 */
import { spawn } from 'node:child_process';

/** Scripts of package.json, the slowest first, so that two lanes end at about the same time. */
const checks = ['lint', 'types', 'openapi:lint', 'format:check', 'dead', 'architecture', 'wording', 'docs:check'];

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: string;
}

const run = (name: string): Promise<Outcome> =>
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

const report = ({ name, passed, output, seconds }: Outcome): void => {
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (!passed) console.log(output.trimEnd().replace(/^/gm, '    '));
};

const lane = async (queue: string[]): Promise<boolean> => {
  let allPassed = true;
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const outcome = await run(name);
    report(outcome);
    allPassed &&= outcome.passed;
  }
  return allPassed;
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.includes(name));
if (unknown.length > 0) {
  console.error(`check: no check is called ${unknown.join(', ')}; there are ${checks.join(', ')}`);
  process.exitCode = 2;
} else {
  const queue = asked.length > 0 ? asked : [...checks];
  const lanes = await Promise.all([lane(queue), lane(queue)]);
  process.exitCode = lanes.every(Boolean) ? 0 : 1;
}
