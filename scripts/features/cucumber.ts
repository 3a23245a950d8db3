import { loadSources, runCucumber, type IRunConfiguration, type ISourcesCoordinates } from '@cucumber/cucumber/api';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunParameters } from '../../features/support/run/parameters.js';
import { UsageError, type RunOptions } from './options.js';
import { ResultCounter, type Counts } from './result-counter.js';

/** With fewer scenarios, a separate process takes more time than it saves. */
const minScenariosForWorkers = 100;

/** The features to run, and the number of scenarios. */
export interface Plan {
  readonly sources: ISourcesCoordinates;
  readonly scenarios: number;
}

const requirePaths = (root: string, paths: readonly string[]): void => {
  for (const path of paths) {
    const file = path.replace(/(?::\d+)+$/, '');
    if (!existsSync(join(root, file)) && !existsSync(file)) throw new UsageError(`There is no ${file}.`);
  }
};

/** The message of the innermost cause, on one line. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message.trim().replaceAll(/\s*\n\s*/g, ' ') : reasonOf(error.cause);
};

/**
 * Selects the scenarios that match the options.
 * @param remoteOnly whether to select only scenarios that can run against a deployed service
 * @throws {UsageError} if there are none, or if a feature file cannot be read
 */
export const createPlan = async (
  root: string,
  { paths, tags, order }: RunOptions,
  remoteOnly: boolean,
): Promise<Plan> => {
  requirePaths(root, paths);
  const tagExpression = remoteOnly ? (tags === '' ? '@remote' : `@remote and (${tags})`) : tags;
  const sources: ISourcesCoordinates = {
    defaultDialect: 'en',
    paths: paths.length > 0 ? [...paths] : ['features/**/*.feature'],
    names: [],
    tagExpression,
    order,
  };
  const { plan, errors } = await loadSources(sources, { cwd: root }).catch((error: unknown) => {
    throw new UsageError(`The scenarios cannot be selected: ${reasonOf(error)}.`);
  });
  const [fault] = errors;
  if (fault !== undefined) throw new UsageError(`${fault.uri} cannot be read: ${fault.message}`);
  if (plan.length === 0) {
    const what = [...paths, ...(tagExpression === '' ? [] : [`the tags ${tagExpression}`])].join(' and ');
    throw new UsageError(`No scenario matches ${what === '' ? 'features/**/*.feature' : what}.`);
  }
  return { sources, scenarios: plan.length };
};

/** The number of worker processes; with 0, the runner runs the scenarios itself. */
export const workersFor = ({ workers }: RunOptions, scenarios: number, cores: number): number => {
  if (workers !== undefined) return workers <= 1 ? 0 : Math.min(workers, scenarios);
  return scenarios < minScenariosForWorkers || cores < 2 ? 0 : Math.min(cores, 4);
};

/** Runs the scenarios and writes the reports. */
export const runScenarios = async ({
  root,
  plan,
  workers,
  parameters,
  reports,
}: {
  readonly root: string;
  /** Directory of the reports. */
  readonly reports: string;
  readonly plan: Plan;
  readonly workers: number;
  readonly parameters: RunParameters;
}): Promise<Counts & { readonly success: boolean }> => {
  const counter = new ResultCounter();
  const configuration: IRunConfiguration = {
    sources: plan.sources,
    support: {
      requireModules: [],
      requirePaths: [],
      // Hooks first, so that their After hooks run last.
      importPaths: ['features/support/hooks.ts', 'features/steps/**/*.ts'],
      loaders: [],
    },
    runtime: {
      dryRun: false,
      failFast: false,
      filterStacktraces: true,
      parallel: workers,
      retry: 0,
      retryTagFilter: '',
      strict: true,
      worldParameters: JSON.parse(JSON.stringify(parameters)) as IRunConfiguration['runtime']['worldParameters'],
    },
    formats: {
      stdout: 'progress',
      files: {
        [join(reports, 'features.html')]: 'html',
        [join(reports, 'junit.xml')]: 'junit',
        [join(reports, 'messages.ndjson')]: 'message',
      },
      publish: false,
      options: {},
    },
  };
  try {
    const { success } = await runCucumber(configuration, { cwd: root }, (envelope) => {
      counter.record(envelope);
    });
    return { ...counter.counts, success };
  } catch (error) {
    // A hook around all scenarios failed, or a worker died, which the summary of Cucumber does not show.
    const lost = counter.unfinished.map((title) => `\n  ${title}`).join('');
    console.error(lost === '' ? error : `\nThese scenarios did not finish (${String(error)}):${lost}`);
    return { ...counter.counts, success: false };
  }
};
