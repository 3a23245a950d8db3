import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identityOf, isRunning } from '../src/process-table.js';
import { takeStartLock } from '../src/start-lock.js';
import { openFolder } from './support/harness.js';

test('is held by one at a time, even if all find the lock of a dead process', async () => {
  const folder = await openFolder();
  const path = join(folder, 'start.lock');
  await writeFile(path, '999999999-1 0123456789abcdef');
  let holders = 0;
  const counts: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const release = await takeStartLock(path);
      holders += 1;
      await readdir(folder);
      counts.push(holders);
      holders -= 1;
      await release();
    }),
  );
  expect(counts).toEqual(Array.from({ length: 20 }, () => 1));
  expect(await readdir(folder)).toEqual([]);
});

test('ignores an empty lock file, which a power failure can leave', async () => {
  const path = join(await openFolder(), 'start.lock');
  await writeFile(path, '');
  const release = await takeStartLock(path);
  await release();
});

test('identifies a process by PID and start time', async () => {
  const own = await identityOf(process.pid);
  expect(own).toMatch(new RegExp(`^${process.pid}-\\d+$`, 'u'));
  expect(await isRunning(own ?? '')).toBe(true);
  expect(await isRunning(`${process.pid}-1`)).toBe(false);
  expect(await isRunning('999999999-1')).toBe(false);
  expect(await isRunning('')).toBe(false);
});
