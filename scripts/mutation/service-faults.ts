import { faultsIn, type Fault } from './fault.js';

const cache = ['tests/cache/cache.test.ts', 'tests/cache/invalidation.test.ts', 'tests/cache/failure.test.ts'];

/** Faults in the cache, the settings, the overrides and the middleware. */
export const serviceFaults: readonly Fault[] = [
  ...faultsIn('src/cache/namespace-cache.ts', cache, [
    ['this.#loads.get(key) ?? this.#startLoad(key, load)', 'this.#startLoad(key, load)'],
    ['if (entry && this.#isFresh(entry))', 'if (entry)'],
    ['ttlMs > 0 && !inFlight().stale', 'ttlMs > 0'],
    ['value !== undefined && ttlMs > 0', 'value !== undefined'],
    ['age >= 0 && age', 'age'],
    ['age < this.#options.ttlMs() && now', 'now'],
    ['&& loadedAt > this.#invalidUntil', ''],
    ['if (inFlight) inFlight.stale = true;', ''],
    ['this.#invalidUntil = this.#options.now();', ''],
  ]),
  ...faultsIn(
    'src/config/overrides/error-guard.ts',
    ['tests/config/overrides/error-guard.test.ts'],
    [
      ['|| this.#requests < leastRequests', ''],
      ['<= this.maxErrorRatio', '< this.maxErrorRatio'],
      ['this.#hasTripped = true;', ''],
      ['if (isError) this.#errors += 1;', 'this.#errors += 1;'],
      ['if (this.#guard?.revision !== revision) {', '{'],
    ],
  ),
  ...faultsIn(
    'src/config/reload/retry-schedule.ts',
    ['tests/config/reload/retry-schedule.test.ts'],
    [
      ["errors.some(({ code }) => code === 'subscriber_failed')", 'errors.length > 0'],
      ['this.#rejection.waitMs * 2', 'this.#rejection.waitMs'],
      ['Math.min(known, longestMs)', 'known'],
      ['!this.#isUnderWay && this.#rejection', 'this.#rejection'],
    ],
  ),
  ...faultsIn(
    'src/config/schema/format.ts',
    ['tests/config/schema/formats.test.ts'],
    [
      [
        'return raw < min || raw > max ? outOfRange : valid(raw);\n  },\n  // Number',
        'return valid(raw);\n  },\n  // Number',
      ],
      ['if (whole && !Number.isInteger(raw)) return wrongType();', ''],
      ['(/^-?\\d+(\\.\\d+)?$/.test(text) ? Number(text) : text)', '(Number(text))'],
      ["if (raw === 'true' || raw === 'false') return quoted('a boolean', raw);", ''],
      ['raw.length === bytes * 2 ? valid(raw.toLowerCase()) : outOfRange', 'valid(raw.toLowerCase())'],
      ['if (raw.length > max) return outOfRange;', ''],
      ['value < least || value > most ? outOfRange : valid(value)', 'valid(value)'],
      ["raw === 'off' || raw === '0s' ? valid(0)", "raw === '0s' ? valid(0)"],
    ],
  ),
  ...faultsIn(
    'src/middleware/body.ts',
    ['tests/middleware/body.test.ts'],
    [
      ["charset === undefined || charset === 'utf-8' || charset === 'utf8'", 'true'],
      ["type === 'application/json' &&", ''],
      ['if (duplicate === undefined) return value;', 'return value;'],
      ['{ fatal: true }', '{ fatal: false }'],
      ["if (isErrorOf(error, 'status', [415])) return unknownCoding(error);", ''],
    ],
  ),
  ...faultsIn(
    'src/middleware/statistics.ts',
    ['tests/middleware/statistics.test.ts'],
    [
      ["|| problemCode === 'too_many_attempts'", ''],
      ['isFailedLogin && !hasStoredFailure', 'isFailedLogin'],
      ["'POST /console/session',", ''],
    ],
  ),
];
