import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { compareModes, readReport, type ModeResult } from './results.js';
import { runnerOf, type Mode, type Runner } from './runners.js';

/** The environment without settings for another database or mode. */
const baseEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('SCENARIO_SCHEMA_')),
  );

const execute = promisify(execFile);

/** @returns the output if it fails */
const npm = async (cwd: string, args: readonly string[], env = baseEnvironment()): Promise<string | null> => {
  try {
    await execute('npm', [...args], { cwd, env, maxBuffer: 100_000_000 });
    return null;
  } catch (error) {
    const {
      message,
      stdout = '',
      stderr = '',
    } = error as Error & { readonly stdout?: string; readonly stderr?: string };
    return `npm ${args.join(' ')} failed: ${message}\n${stdout}${stderr}`;
  }
};

const runMode = async (target: string, runner: Runner, mode: Mode): Promise<ModeResult | string> => {
  const [results, report] = [join(target, 'results.txt'), join(target, 'report.json')];
  const env = { ...baseEnvironment(), ...mode.env, SCENARIO_SCHEMA_REPORT: report };
  const startedMs = performance.now();
  const failure = await npm(target, ['test', '--', ...mode.args, ...runner.reportArguments(results)], env);
  if (failure !== null) return `${mode.name}: ${failure}`;
  const result = {
    name: mode.name,
    results: runner.readResults(readFileSync(results, 'utf8')),
    report: readReport(readFileSync(report, 'utf8')),
  };
  const { capture, leaseMs, returnMs } = result.report;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `${basename(target)}, ${mode.name}: ${String(result.results.length)} tests in ${seconds} s; lease ${String(leaseMs.median)} ms, ` +
      `return ${String(returnMs.median)} ms (medians); captured by ${capture}`,
  );
  return result;
};

const readManifest = (folder: string): { readonly devDependencies?: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;

/** Whether the tests of a project start the service. */
export const usesService = (folder: string): boolean => 'rollcall' in (readManifest(folder).devDependencies ?? {});

/** Runs the tests once: the service leases its schema itself. */
const runOnce = async (target: string): Promise<string[]> => {
  const startedMs = performance.now();
  const failure = await npm(target, ['test']);
  if (failure !== null) return [failure];
  console.log(`${basename(target)}: passed in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return [];
};

/**
 * Copies an example, installs the packed packages into the copy, and runs its tests in each mode.
 * @param packages tarballs, and packages that replace those in its package.json
 * @param service tarball of the service, for a project that uses it
 * @returns the problems
 */
export const runExample = async (
  source: string,
  target: string,
  packages: readonly string[],
  service: string | null,
): Promise<string[]> => {
  cpSync(source, target, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const options = ['--no-package-lock', '--prefer-offline', '--no-audit', '--no-fund'];
  const isUser = service !== null && usesService(source);
  const failure = await npm(target, ['install', ...options, ...packages, ...(isUser ? [service] : [])]);
  if (failure !== null) return [failure];
  if (isUser) return runOnce(target);
  const runner = runnerOf(readManifest(target));
  const results: ModeResult[] = [];
  for (const mode of runner.modes) {
    const result = await runMode(target, runner, mode);
    if (typeof result === 'string') return [result];
    results.push(result);
  }
  return compareModes(results, runner.isPreparedPerFile);
};
