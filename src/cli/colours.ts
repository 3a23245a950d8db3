import type { ProcessEnvironment } from '../server/process/environment.js';

/** Whether text on a stream is coloured: on a terminal that is not dumb, unless `NO_COLOR` is set (no-color.org). */
export const hasColours = (env: ProcessEnvironment['env'], stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
