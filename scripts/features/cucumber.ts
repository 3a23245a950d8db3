import {
  loadSources,
  loadSupport,
  runCucumber,
  type IRunConfiguration,
  type ISourcesCoordinates,
  type ISupportCodeLibrary,
} from '@cucumber/cucumber/api';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import type { Envelope } from '@cucumber/messages';
import type { RunParameters } from '../../features/support/run/parameters.js';
import { asLoadError } from './load-error.js';
import { UsageError, type RunOptions } from './options.js';
import { lineWithoutSteps, resolvePaths } from './selection.js';

/** With fewer scenarios, starting worker processes takes more time than it saves. */
const minScenariosForWorkers = 100;

/** The features to run, and the number of scenarios. */
export interface Plan {
  readonly sources: ISourcesCoordinates;
  readonly scenarios: number;
}

/** The message of the innermost cause, on one line. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message.trim().replaceAll(/\s*\n\s*/g, ' ') : reasonOf(error.cause);
};

/**
 * Selects the scenarios that match the options.
 * @param remoteOnly whether to select only scenarios that can run against a deployed service
 * @throws {UsageError} if there are none, if one has no steps, or if a feature file cannot be read
 */
export const createPlan = async (
  root: string,
  { paths, tags, names, order }: RunOptions,
  remoteOnly: boolean,
): Promise<Plan> => {
  const resolved = resolvePaths(root, paths);
  const tagExpression = remoteOnly ? (tags === '' ? '@remote' : `@remote and (${tags})`) : tags;
  const sources: ISourcesCoordinates = {
    defaultDialect: 'en',
    paths: resolved.length > 0 ? resolved : ['features/**/*.feature'],
    names: [...names],
    tagExpression,
    order,
  };
  const { plan, errors } = await loadSources(sources, { cwd: root }).catch((error: unknown) => {
    const reason = reasonOf(error).replace(/\.$/, '');
    const tagReason = /^Tag expression .* could not be parsed because of (?:a )?syntax error: (.*)$/i.exec(reason)?.[1];
    throw new UsageError(
      tagReason === undefined
        ? `The scenarios cannot be selected: ${reason}.`
        : `--tags "${tags}" is not a tag expression: ${tagReason}. An example is --tags "@remote and not @ops".`,
    );
  });
  const [fault] = errors;
  if (fault !== undefined) throw new UsageError(`${fault.uri} cannot be read: ${fault.message}`);
  if (plan.length === 0) {
    const what = [
      ...paths,
      ...(tagExpression === '' ? [] : [`the tags ${tagExpression}`]),
      ...(names.length === 0 ? [] : [`the name ${names.join(' or ')}`]),
    ].join(' and ');
    throw new UsageError(`No scenario matches ${what === '' ? 'features/**/*.feature' : what}.`);
  }
  for (const uri of new Set(plan.map((planned) => planned.uri))) {
    const lines = plan.filter((planned) => planned.uri === uri).map(({ location }) => location.line);
    const line = lineWithoutSteps(readFileSync(resolve(root, uri), 'utf8'), lines);
    if (line === undefined) continue;
    throw new UsageError(`${uri}:${String(line)} has no steps; check the keywords of its lines (Given, When, Then).`);
  }
  return { sources, scenarios: plan.length };
};

/** The number of worker processes; 0 runs the scenarios in this process. */
export const workersFor = ({ workers }: RunOptions, scenarios: number, cores: number): number => {
  if (workers !== undefined) return workers <= 1 ? 0 : Math.min(workers, scenarios);
  return scenarios < minScenariosForWorkers || cores < 2 ? 0 : Math.min(cores, 4);
};

/** Cucumber reports some errors on its output instead of throwing them. */
const discard = new Writable({
  write: (_chunk, _encoding, done) => {
    done();
  },
});

/** The hooks come first, so that their After hooks run last. */
const support = {
  requireModules: [],
  requirePaths: [],
  importPaths: ['features/support/hooks.ts', 'features/steps/**/*.ts'],
  loaders: [],
};

/**
 * Loads the steps and hooks.
 * @throws {UsageError} if a file cannot be loaded
 */
export const loadSteps = (root: string): Promise<ISupportCodeLibrary> =>
  loadSupport(
    { sources: { defaultDialect: 'en', paths: [], names: [], tagExpression: '', order: 'defined' }, support },
    { cwd: root },
  ).catch((error: unknown) => {
    throw asLoadError(root, error);
  });

/**
 * Runs the scenarios.
 * @param steps the result of `loadSteps`
 * @param onMessage called with each message of Cucumber
 * @returns whether all scenarios passed
 */
export const runScenarios = async ({
  root,
  plan,
  steps,
  workers,
  parameters,
  failFast,
  onMessage,
}: {
  readonly root: string;
  readonly plan: Plan;
  readonly steps: ISupportCodeLibrary;
  readonly workers: number;
  readonly parameters: RunParameters;
  readonly failFast: boolean;
  readonly onMessage: (envelope: Envelope) => void;
}): Promise<boolean> => {
  const configuration: Omit<IRunConfiguration, 'support'> = {
    sources: plan.sources,
    runtime: {
      dryRun: false,
      failFast,
      filterStacktraces: true,
      parallel: workers,
      retry: 0,
      retryTagFilter: '',
      strict: true,
      worldParameters: JSON.parse(JSON.stringify(parameters)) as IRunConfiguration['runtime']['worldParameters'],
    },
    formats: {
      stdout: 'summary',
      files: {},
      publish: false,
      options: { snippetSyntax: './scripts/features/snippet-syntax.ts' },
    },
  };
  const { success } = await runCucumber(
    { ...configuration, support: steps },
    { cwd: root, stdout: discard },
    onMessage,
  );
  return success;
};
