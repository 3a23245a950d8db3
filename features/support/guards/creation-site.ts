import { fileURLToPath } from 'node:url';
import { relative, sep } from 'node:path';

/** Number of frames in a captured stack; the nearest frame of the application may be far down. */
const frames = 40;

const ownFolder = `features${sep}support${sep}guards${sep}`;

/** Where something was created. */
export interface CreationSite {
  /** Path and line relative to the project; undefined if no frame is in the project. */
  readonly place: string | undefined;
  /** Whether the code that created it is a step or its support code, not the service or a library. */
  readonly isStepCode: boolean;
  /** The package of the library that created it, if the nearest frame is in one. */
  readonly packageName: string | undefined;
}

/** Captures the stack. Its text is formatted only when it is needed. */
export const captureStack = (): Error => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const error = new Error('creation site');
  Error.stackTraceLimit = limit;
  return error;
};

interface Frame {
  readonly path: string;
  readonly line: string;
}

const packageOf = (path: string): string | undefined => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1];

/** Frames that `callerPackage` looks at: enough for those of the guards and their caller. */
const guardFrames = 6;

/** The package of the library that has called a function of Node.js; undefined for other code. Much cheaper than `captureStack`. */
export const callerPackage = (): string | undefined => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { readonly stack?: readonly NodeJS.CallSite[] } = {};
  Error.stackTraceLimit = guardFrames;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder, callerPackage);
  const { stack = [] } = holder;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  const paths = stack.map((site) => site.getFileName() ?? '');
  return packageOf(paths.find((path) => !path.startsWith('node:') && !path.includes(ownFolder)) ?? '');
};

const framesOf = (stack: string): Frame[] =>
  stack.split('\n').flatMap((text) => {
    const [, location = '', line = ''] = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/.exec(text) ?? [];
    if (location === '') return [];
    const path = location.startsWith('file://') ? fileURLToPath(location.replace(/\?.*$/, '')) : location;
    return [{ path, line }];
  });

/**
 * Finds the code that called a function of Node.js.
 * @param root the directory of the project
 */
export const creationSite = ({ stack = '' }: Error, root: string): CreationSite => {
  const relevant = framesOf(stack)
    .map(({ path, line }) => ({ path: relative(root, path), line }))
    .filter(({ path }) => !path.startsWith(ownFolder));
  const [nearest] = relevant;
  const packageName = packageOf(nearest?.path ?? '');
  const own = relevant.filter(({ path }) => !path.startsWith('..') && !path.includes('node_modules'));
  const chosen = own.find(({ path }) => path.startsWith('features')) ?? own[0];
  return {
    place: chosen === undefined ? undefined : `${chosen.path}:${chosen.line}`,
    isStepCode: packageName === undefined && (own[0]?.path.startsWith('features') ?? false),
    packageName,
  };
};

/** Whether the nearest caller outside of the guards is the given module of Node.js, such as `node:internal/child_process`. */
export const isCalledBy = ({ stack = '' }: Error, module: string): boolean =>
  stack
    .split('\n')
    .slice(1)
    .find((line) => !line.includes(ownFolder))
    ?.includes(`(${module}:`) ?? false;
