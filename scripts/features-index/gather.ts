import { loadSources, loadSupport } from '@cucumber/cucumber/api';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ScenarioCoverage } from '../../features/support/run/coverage.js';
import type { CoverageFile } from '../features/reports.js';

/** A step definition. */
export interface StepEntry {
  readonly expression: string;
  /** Relative to the project. */
  readonly file: string;
}

const sources = {
  defaultDialect: 'en',
  paths: ['features/**/*.feature'],
  names: [],
  tagExpression: '',
  order: 'defined' as const,
};

const titleOf = ({ uri, name }: { readonly uri: string; readonly name: string }): string => `${uri} ${name}`;

const readCoverage = (root: string): readonly ScenarioCoverage[] => {
  const path = join(root, 'reports', 'coverage.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CoverageFile).scenarios : [];
};

/** Whether the recorded scenarios are those of the current feature files. */
const isOf = (
  reached: readonly ScenarioCoverage[],
  plan: readonly { readonly uri: string; readonly name: string }[],
): boolean => JSON.stringify(reached.map(titleOf).sort()) === JSON.stringify(plan.map(titleOf).sort());

/**
 * Returns the coverage of the last full run, and runs all scenarios first if they have changed since.
 * @throws Error if the scenarios cannot be run
 */
export const gatherReached = async (root: string): Promise<readonly ScenarioCoverage[]> => {
  const { plan } = await loadSources(sources, { cwd: root });
  if (isOf(readCoverage(root), plan)) return readCoverage(root);
  console.error('features-index: the scenarios have changed since the last run; running all of them');
  const script = join(root, 'scripts', 'features', 'run.ts');
  const { stdout } = spawnSync(process.execPath, [...process.execArgv, script], { cwd: root, encoding: 'utf8' });
  if (isOf(readCoverage(root), plan)) return readCoverage(root);
  throw new Error(`the scenarios could not be run:\n${stdout.split('\n').slice(-20).join('\n')}`);
};

/** Lists all step definitions, sorted by file and expression. */
export const gatherSteps = async (root: string): Promise<StepEntry[]> => {
  const library = (await loadSupport(
    { sources, support: { importPaths: ['features/steps/**/*.ts'] } },
    { cwd: root },
  )) as unknown as {
    readonly stepDefinitions: readonly { readonly pattern: string | RegExp; readonly uri: string }[];
  };
  return library.stepDefinitions
    .map(({ pattern, uri }) => ({ expression: String(pattern), file: relative(root, join(root, uri)) }))
    .sort((one, other) => one.file.localeCompare(other.file) || one.expression.localeCompare(other.expression));
};
