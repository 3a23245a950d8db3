/** Frames of libraries, and of the code that runs each step. */
const foreignFrame = /^\s+at .*(?:node_modules|node:|features\/support\/(?:guards\/|run\/worker-run|hooks))/;

/**
 * An error with its stack, without frames of libraries and with paths relative to the project.
 * @param root the project's directory
 */
export const shortStack = (error: string, root = process.cwd()): string =>
  error
    .split('\n')
    .filter((line) => !foreignFrame.test(line))
    .join('\n')
    .replaceAll(`${root}/`, '');
