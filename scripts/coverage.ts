/**
 * `npm run coverage [-- --unit path… --features path…]`: runs the unit tests and the features with V8 coverage, and prints the
 * covered lines of src/. Processes that they start count too. Without paths, everything runs; with one of the options, only the
 * given paths. The exit code is 1 if a test fails or less than 95 % of the lines are covered, and 2 for unknown options.
 *
 * Vitest maps its own modules to the sources and finds the lines with statements. Node writes the coverage of all other
 * processes (NODE_V8_COVERAGE), which c8 maps through the source maps of tsx and of the build.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { combine, coverageTable, coveredPercent, type IstanbulReport } from './coverage/lines.js';

const root = resolve(import.meta.dirname, '..');
const work = join(root, '.cache', 'coverage');
const raw = join(work, 'raw');
const requiredPercent = 95;

const bin = (file: string): string => join(root, 'node_modules', file);

const run = (args: readonly string[], env: Readonly<Record<string, string>>): boolean =>
  spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;

const runUnitTests = (paths: readonly string[]): boolean => {
  const options = {
    enabled: 'true',
    provider: 'v8',
    include: 'src/**/*.ts',
    reporter: 'json',
    reportsDirectory: join(work, 'unit'),
    reportOnFailure: 'true',
  };
  const flags = Object.entries(options).map(([name, value]) => `--coverage.${name}=${value}`);
  return run([bin('vitest/vitest.mjs'), 'run', ...flags, ...paths], { ROLLCALL_COVERAGE: raw });
};

const runFeatures = (paths: readonly string[]): boolean =>
  run(['--import', 'tsx', join(root, 'scripts', 'features', 'run.ts'), ...paths], { NODE_V8_COVERAGE: raw });

const mapProcesses = (): boolean =>
  run(
    [
      bin('c8/bin/c8.js'),
      'report',
      ...['--temp-directory', raw, '--reports-dir', join(work, 'processes'), '--reporter', 'json'],
      ...['--include', 'src/**/*.ts', '--exclude-after-remap', '--merge-async'],
    ],
    {},
  );

const read = (part: string): IstanbulReport =>
  JSON.parse(readFileSync(join(work, part, 'coverage-final.json'), 'utf8')) as IstanbulReport;

/** Splits `--unit a b --features c` into the paths of each part; undefined for a part that does not run. */
const selectParts = (
  args: readonly string[],
): { unit: readonly string[] | undefined; features: readonly string[] | undefined } => {
  const options = { unit: { type: 'boolean' }, features: { type: 'boolean' } } as const;
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  const parts: { unit?: string[]; features?: string[] } = {};
  let current: string[] | undefined;
  for (const token of tokens) {
    if (token.kind === 'option') current = parts[token.name] ??= [];
    else if (token.kind === 'positional') {
      if (current === undefined) throw new TypeError(`${token.value}: put --unit or --features before it`);
      current.push(token.value);
    }
  }
  return args.length === 0 ? { unit: [], features: [] } : { unit: parts.unit, features: parts.features };
};

const main = (args: readonly string[]): number => {
  let parts;
  try {
    parts = selectParts(args);
  } catch (error) {
    console.error(`coverage: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  // Without unit tests, Vitest still finds the lines of the sources.
  const areUnitTestsGreen = runUnitTests(parts.unit ?? ['tests/ip-address.test.ts']);
  const areFeaturesGreen = parts.features === undefined || runFeatures(parts.features);
  if (!mapProcesses()) return 1;
  const files = combine(read('unit'), read('processes'), root);
  console.log(coverageTable(files));
  const covered = coveredPercent(files);
  console.log(`${covered.toFixed(2)} % of the lines are covered; required are ${String(requiredPercent)} %`);
  return areUnitTestsGreen && areFeaturesGreen && covered >= requiredPercent ? 0 : 1;
};

process.exitCode = main(process.argv.slice(2));
