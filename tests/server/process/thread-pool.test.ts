import { expect, it } from 'vitest';
import { threadPoolSize } from '../../../src/server/process/thread-pool.js';

it.each([
  [undefined, 'v20.19.0', 4],
  [undefined, 'v22.12.0', 4],
  [undefined, 'v24.1.0', 68],
  ['16', 'v20.19.0', 16],
  ['16', 'v24.1.0', 16],
  ['5000', 'v24.1.0', 1024],
  ['', 'v24.1.0', 68],
  ['many', 'v20.19.0', 4],
])('with UV_THREADPOOL_SIZE=%s, Node %s gets a pool of %i threads', (given, version, expected) => {
  expect(threadPoolSize(given, version)).toBe(expected);
});
