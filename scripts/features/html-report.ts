import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { CucumberHtmlStream } from '@cucumber/html-formatter';
import type { Envelope, TestStep, TestStepResult } from '@cucumber/messages';
import { shortStack } from './short-stack.js';

/** Without empty arguments: after one, the report would repeat the text of the step. */
const withoutEmptyArguments = (step: TestStep): TestStep => {
  if (step.stepMatchArgumentsLists === undefined) return step;
  const stepMatchArgumentsLists = step.stepMatchArgumentsLists.map(({ stepMatchArguments }) => ({
    stepMatchArguments: stepMatchArguments.filter(({ group }) => group.value !== ''),
  }));
  return Object.assign({}, step, { stepMatchArgumentsLists });
};

const shown = (error: string): string => shortStack(stripVTControlCharacters(error));

/**
 * A result with a short stack, and without the colors of Playwright. The report shows the stack of the exception if there is one,
 * or else the message.
 */
const withShortStack = (result: TestStepResult): TestStepResult => {
  const { message, exception } = result;
  const stackTrace = exception?.stackTrace;
  return Object.assign(
    {},
    result,
    message !== undefined && { message: shown(message) },
    stackTrace !== undefined && { exception: Object.assign({}, exception, { stackTrace: shown(stackTrace) }) },
  );
};

/** A message as the report shows it. */
const toShow = ({ meta, testCase, testStepFinished, ...rest }: Envelope, facts: string): Envelope => {
  if (meta !== undefined) {
    const { name, version = '' } = meta.implementation;
    return { meta: Object.assign({}, meta, { implementation: { name, version: `${version} (${facts})` } }) };
  }
  if (testCase !== undefined) {
    return { testCase: Object.assign({}, testCase, { testSteps: testCase.testSteps.map(withoutEmptyArguments) }) };
  }
  if (testStepFinished === undefined) return rest;
  const { testStepResult } = testStepFinished;
  return { testStepFinished: Object.assign({}, testStepFinished, { testStepResult: withShortStack(testStepResult) }) };
};

/**
 * Writes the HTML report.
 * @param facts how the run was made, shown next to the version of Cucumber
 */
export const writeHtmlReport = async (path: string, messages: readonly Envelope[], facts: string): Promise<void> => {
  const adapted = messages.map((message) => toShow(message, facts));
  await pipeline(Readable.from(adapted), new CucumberHtmlStream(), createWriteStream(path));
};
