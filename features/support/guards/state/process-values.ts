import buffer from 'node:buffer';
import crypto from 'node:crypto';
import dns from 'node:dns';
import events from 'node:events';
import net from 'node:net';
import os from 'node:os';
import stream from 'node:stream';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { ProcessLeak } from '../leak.js';

/** A setting of the process that is no property of an object. */
interface Value<T> {
  readonly name: string;
  readonly read: () => T;
  readonly write: (value: T) => void;
}

const value = <T>(name: string, read: () => T, write: (value: T) => void): Value<unknown> => ({
  name,
  read,
  write: (before) => {
    write(before as T);
  },
});

const errors = Error as unknown as { prepareStackTrace: unknown };

/** Reading without setting it is deprecated. */
const readUmask = (): number => {
  const mask = process.umask(0o022);
  process.umask(mask);
  return mask;
};

const readPerformanceEntries = (): string[] =>
  (['mark', 'measure'] as const).flatMap((type) => performance.getEntriesByType(type).map(({ name }) => name));

const reportKeys = [
  'directory',
  'filename',
  'reportOnFatalError',
  'reportOnSignal',
  'reportOnUncaughtException',
  'signal',
];

const values: readonly Value<unknown>[] = [
  value('a changed working directory', process.cwd.bind(process), process.chdir.bind(process)),
  value(
    'a changed process title',
    () => process.title,
    (title) => (process.title = title),
  ),
  value(
    'a changed process.exitCode',
    () => process.exitCode,
    (code) => (process.exitCode = code),
  ),
  value('a changed umask', readUmask, (mask) => {
    process.umask(mask);
  }),
  value(
    'a changed priority of the process',
    () => os.getPriority(),
    (priority) => {
      os.setPriority(priority);
    },
  ),
  // `dns.setServers()` replaces these functions.
  value(
    'other DNS servers',
    () => dns.getServers(),
    (servers) => {
      dns.setServers(servers);
    },
  ),
  value(
    'other DNS servers of dns.promises',
    () => dns.promises.getServers(),
    (servers) => {
      dns.promises.setServers(servers);
    },
  ),
  value('entries of performance.mark() and performance.measure()', readPerformanceEntries, () => {
    performance.clearMarks();
    performance.clearMeasures();
  }),
  value(
    'a changed Error.stackTraceLimit',
    () => Error.stackTraceLimit,
    (limit) => (Error.stackTraceLimit = limit),
  ),
  value(
    'a changed Error.prepareStackTrace',
    () => errors.prepareStackTrace,
    (prepare) => (errors.prepareStackTrace = prepare),
  ),
  value(
    'a changed EventEmitter.defaultMaxListeners',
    () => events.defaultMaxListeners,
    (limit) => (events.defaultMaxListeners = limit),
  ),
  value(
    'a changed process.getMaxListeners()',
    () => process.getMaxListeners(),
    (limit) => process.setMaxListeners(limit),
  ),
  value(
    'a changed EventEmitter.captureRejections',
    () => events.captureRejections,
    (isCapturing) => (events.captureRejections = isCapturing),
  ),
  value(
    'a changed crypto.getFips()',
    () => crypto.getFips() === 1,
    (isEnabled) => {
      crypto.setFips(isEnabled);
    },
  ),
  // They are lazy getters, which a step may replace.
  ...(['stdin', 'stdout', 'stderr'] as const).map((name) =>
    value(
      `a replaced process.${name}`,
      () => Object.getOwnPropertyDescriptor(process, name),
      (descriptor) => Object.defineProperty(process, name, descriptor ?? {}),
    ),
  ),
  value(
    'changed settings of process.report',
    () => Object.fromEntries(reportKeys.map((key) => [key, Reflect.get(process.report, key) as unknown])),
    (settings) => Object.assign(process.report, settings),
  ),
  value('another order of DNS results', dns.getDefaultResultOrder, dns.setDefaultResultOrder),
  value('a changed net.getDefaultAutoSelectFamily()', net.getDefaultAutoSelectFamily, net.setDefaultAutoSelectFamily),
  value(
    'a changed net.getDefaultAutoSelectFamilyAttemptTimeout()',
    net.getDefaultAutoSelectFamilyAttemptTimeout,
    net.setDefaultAutoSelectFamilyAttemptTimeout,
  ),
  ...[false, true].map((isObjectMode) =>
    value(
      `a changed stream.getDefaultHighWaterMark(${String(isObjectMode)})`,
      () => stream.getDefaultHighWaterMark(isObjectMode),
      (limit) => {
        stream.setDefaultHighWaterMark(isObjectMode, limit);
      },
    ),
  ),
  value(
    'a changed buffer.INSPECT_MAX_BYTES',
    () => buffer.INSPECT_MAX_BYTES,
    (limit) => Reflect.set(buffer, 'INSPECT_MAX_BYTES', limit),
  ),
  value(
    'changed util.inspect.defaultOptions',
    () => ({ ...inspect.defaultOptions }),
    (options) => (inspect.defaultOptions = options),
  ),
  value(
    'a changed process.setSourceMapsEnabled()',
    () => (process as { readonly sourceMapsEnabled?: boolean }).sourceMapsEnabled === true,
    (isEnabled) => {
      process.setSourceMapsEnabled(isEnabled);
    },
  ),
];

const textOf = (current: unknown): string =>
  ['string', 'number'].includes(typeof current) || Array.isArray(current) ? `, ${JSON.stringify(current)}` : '';

/** Settings of the process, as they were when they were captured. */
export class ProcessValues {
  readonly #before = values.map(({ read }) => read());

  /** Puts back what has changed, and names it. */
  restore(): ProcessLeak[] {
    return values.flatMap(({ name, read, write }, index) => {
      const [before, current] = [this.#before[index], read()];
      if (isDeepStrictEqual(before, current)) return [];
      let cure = 'It was restored. Restore it in the step, or in an After hook.';
      try {
        write(before);
      } catch (error) {
        // Only root may raise a priority.
        this.#before[index] = current;
        cure = `It cannot be restored (${String(error)}). Change it in a separate process instead.`;
      }
      return [{ what: `${name}${textOf(current)}`, cure }];
    });
  }
}
