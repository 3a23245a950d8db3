import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator } from '@cucumber/messages';
import { loadSupport } from '@cucumber/cucumber/api';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { StepDefinition } from './problems.js';

const sources = { defaultDialect: 'en', paths: [], names: [], tagExpression: '', order: 'defined' as const };

/** Loads all step definitions of the features. */
export const loadDefinitions = async (root: string): Promise<StepDefinition[]> => {
  const library = (await loadSupport(
    { sources, support: { importPaths: ['features/steps/**/*.ts'] } },
    { cwd: root },
  )) as unknown as {
    readonly stepDefinitions: readonly {
      readonly pattern: string | RegExp;
      readonly uri: string;
      readonly line: number;
      matchesStepName(text: string): boolean;
    }[];
    readonly parameterTypeRegistry: {
      lookupByTypeName(name: string): { readonly regexpStrings: readonly string[] } | undefined;
    };
  };
  const parametersOf = (pattern: string): string[] =>
    [...pattern.matchAll(/\{([^}]*)\}/g)].flatMap(
      ([, name = '']) => library.parameterTypeRegistry.lookupByTypeName(name)?.regexpStrings ?? [],
    );
  return library.stepDefinitions.map((definition) => ({
    pattern: String(definition.pattern),
    file: relative(root, join(root, definition.uri)),
    line: definition.line,
    parameters: typeof definition.pattern === 'string' ? parametersOf(definition.pattern) : [],
    matches: (text) => definition.matchesStepName(text),
  }));
};

/** Reads the text of every step of every scenario, with the values of its examples. */
export const loadSteps = (root: string): string[] => {
  const newId = IdGenerator.uuid();
  const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
  const files = readdirSync(join(root, 'features'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.feature'))
    .flatMap((file) => compile(parser.parse(readFileSync(join(root, 'features', file), 'utf8')), file, newId))
    .flatMap(({ steps }) => steps.map(({ text }) => text));
};
