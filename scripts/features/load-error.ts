import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './options.js';

/** A file with a position; the line is missing if only the file is known. */
interface Place {
  readonly path: string;
  readonly line?: number;
}

/** The error of esbuild, which compiles the TypeScript of the steps. */
const transformError = /^Transform failed with \d+ errors?:\n(.*):(\d+):\d+: ERROR: (.*)/;

/** The error of an expression shows it in the third line, and the reason in the fifth. */
const expressionError = /^This Cucumber Expression has a problem at column \d+:\n\n(.+)\n[ ^.-]+\n(.+)/;

const pathOf = (location: string): string => (location.startsWith('file:') ? fileURLToPath(location) : location);

/** The position at the beginning of the stack of a syntax error, or the nearest frame in the project. */
const placeInStack = (root: string, { stack = '' }: Error): Place | undefined => {
  const lines = stack.split('\n');
  const frames = lines.filter((line) => /^\s+at /.test(line)).map((line) => line.replace(/:\d+\)?$/, ''));
  for (const line of [lines[0] ?? '', ...frames]) {
    const [, location = '', number] = /((?:file:\/\/)?\/[^()]*):(\d+)$/.exec(line) ?? [];
    const path = pathOf(location);
    if (path.startsWith(root) && !path.includes('node_modules')) return { path, line: Number(number) };
  }
  return undefined;
};

/** Where an expression is used, which its error does not say. */
const placeOfExpression = (root: string, expression: string): Place | undefined => {
  const folder = join(root, 'features', 'steps');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const path = join(folder, name);
    const index = readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(expression));
    if (index >= 0) return { path, line: index + 1 };
  }
  return undefined;
};

const describeError = (root: string, error: Error): { readonly place: Place | undefined; readonly reason: string } => {
  const [, path = '', line, transformReason] = transformError.exec(error.message) ?? [];
  if (transformReason !== undefined) return { place: { path, line: Number(line) }, reason: transformReason };
  const [, importReason, importer] = /^(Cannot find .*) imported from (.*)$/.exec(error.message) ?? [];
  if (importReason !== undefined) return { place: { path: pathOf(importer ?? '') }, reason: importReason };
  const [, expression, expressionReason] = expressionError.exec(error.message) ?? [];
  if (expression !== undefined) {
    return {
      place: placeOfExpression(root, expression),
      reason: `the expression "${expression}" is not valid: ${expressionReason ?? ''}`,
    };
  }
  return { place: placeInStack(root, error), reason: error.message };
};

/** Says in one sentence which file prevents the steps from being loaded, and why. */
export const asLoadError = (root: string, error: unknown): UsageError => {
  const { place, reason } =
    error instanceof Error ? describeError(root, error) : { place: undefined, reason: String(error) };
  const what =
    place === undefined
      ? 'The steps'
      : `${relative(root, place.path)}${place.line === undefined ? '' : `:${String(place.line)}`}`;
  const shortReason = reason
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(join(root, '/'), '')
    .replace(/\.$/, '');
  return new UsageError(`${what} cannot be loaded: ${shortReason}.`);
};
