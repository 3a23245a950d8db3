import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AstBuilder, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator, type FeatureChild, type RuleChild, type Scenario } from '@cucumber/messages';
import { UsageError } from './options.js';

/** The lines of one scenario: where it begins, and the lines of its examples, by which Cucumber selects. */
interface Span {
  readonly begin: number;
  /** Lines of the runs: the scenario itself, or the rows of its examples. */
  readonly runs: readonly number[];
}

const parse = (text: string): readonly FeatureChild[] => {
  const parser = new Parser(new AstBuilder(IdGenerator.incrementing()), new GherkinClassicTokenMatcher());
  return parser.parse(text).feature?.children ?? [];
};

const scenariosOf = (children: readonly (FeatureChild | RuleChild)[]): Scenario[] =>
  children.flatMap((child) => {
    if (child.scenario !== undefined) return [child.scenario];
    const { rule } = child as FeatureChild;
    return rule === undefined ? [] : scenariosOf(rule.children);
  });

const spanOf = ({ location, tags, examples }: Scenario): Span => {
  const rows = examples.flatMap(({ tableBody }) => tableBody.map((row) => row.location.line));
  return {
    begin: Math.min(location.line, ...tags.map((tag) => tag.location.line)),
    runs: rows.length > 0 ? rows : [location.line],
  };
};

/**
 * The line of the first selected scenario without steps. Gherkin reads a step with a misspelled keyword as a description.
 * @param lines the lines by which Cucumber has selected
 */
export const lineWithoutSteps = (text: string, lines: readonly number[]): number | undefined =>
  scenariosOf(parse(text)).find(
    (scenario) => scenario.steps.length === 0 && spanOf(scenario).runs.some((line) => lines.includes(line)),
  )?.location.line;

/**
 * Finds the scenario that contains a line: any of its lines, or an example of it.
 * @returns the lines by which Cucumber selects; all scenarios for a line before the first one, none for one after the end
 */
export const linesFor = (text: string, line: number): readonly number[] => {
  const spans = scenariosOf(parse(text)).map(spanOf);
  if (line > text.split('\n').length) return [];
  const span = spans.findLast(({ begin }) => begin <= line);
  if (span === undefined) return spans.flatMap(({ runs }) => runs);
  return span.runs.includes(line) ? [line] : span.runs;
};

/**
 * Replaces each `path:line` by the lines that select the scenario around that line.
 * @throws {UsageError} if a file or one of the lines does not exist
 */
export const resolvePaths = (root: string, paths: readonly string[]): string[] =>
  paths.map((path) => {
    const [, file = path, lines = ''] = /^(.*?)((?::\d+)*)$/.exec(path) ?? [];
    const found = [join(root, file), file].find((each) => existsSync(each));
    if (found === undefined) throw new UsageError(`There is no ${file}.`);
    if (lines === '') return path;
    const numbers = lines.slice(1).split(':').map(Number);
    let selected: (readonly number[])[];
    try {
      const text = readFileSync(found, 'utf8');
      selected = numbers.map((line) => linesFor(text, line));
    } catch {
      // Cucumber reports why the file cannot be read.
      return path;
    }
    const missing = numbers.find((_, index) => selected[index]?.length === 0);
    if (missing !== undefined) throw new UsageError(`There is no scenario at line ${String(missing)} of ${file}.`);
    return [file, ...new Set(selected.flat())].join(':');
  });

/**
 * Reads the scenarios that failed in the last run.
 * @throws {UsageError} if there are none
 */
export const failedPaths = (directory: string): string[] => {
  const path = join(directory, 'failed.json');
  if (!existsSync(path)) throw new UsageError('--failed needs the result of an earlier run; there is none.');
  const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as { scenarios: readonly string[] };
  if (scenarios.length === 0) throw new UsageError('No scenario failed in the last run.');
  return [...scenarios];
};
