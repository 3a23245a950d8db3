/** Frames of libraries, and of the code that runs each step. */
const foreignFrame = /^\s+at .*(?:node_modules|node:|features\/support\/(?:guards\/|run\/worker-run|hooks))/;

/** The comparison of Node.js, followed by one in JSON with the opposite signs that Cucumber adds. */
const twoComparisons = /(\+ actual - expected\n[^]*?)\n\s*\+ expected - actual\n[^]*?(?=\n\s+at |$)/;

/**
 * An error with its stack, with one comparison of expected and actual values, without frames of libraries and with paths
 * relative to the project.
 * @param root the project's directory
 */
export const shortStack = (error: string, root = process.cwd()): string =>
  error
    .replace(twoComparisons, '$1')
    .split('\n')
    .filter((line) => !foreignFrame.test(line))
    .join('\n')
    .replaceAll(`${root}/`, '');
