import { pbkdf2 } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultWatchTimes } from '../../../src/config/files/directory-watcher.js';
import { makeFolder, openConfig } from '../support.js';
import { whenSnapshot } from '../when-snapshot.js';

const { quietMs } = defaultWatchTimes;

describe('while password hashing uses every thread of the pool', () => {
  /** Runs a step at full load. @returns its duration, and that of one read through the pool */
  const underLoad = async (step: () => Promise<void>): Promise<{ tookMs: number; poolMs: number }> => {
    const hash = promisify(pbkdf2);
    const load = { isOver: false };
    const hashing = Array.from({ length: 8 }, async () => {
      while (!load.isOver) await hash('password', 'salt', 600_000, 32, 'sha512');
    });
    const startedMs = performance.now();
    const pool = readFile(new URL(import.meta.url)).then(() => performance.now() - startedMs);
    await step();
    const tookMs = performance.now() - startedMs;
    load.isOver = true;
    await Promise.all(hashing);
    return { tookMs, poolMs: await pool };
  };

  it('a change takes effect before one read through the pool ends, by events alone', async () => {
    const { config, write } = openConfig({}, { times: { quietMs, pollMs: 1_000_000 } });
    await config.watch();
    const { tookMs, poolMs } = await underLoad(() => {
      write('local.yaml', 'docs: {enabled: false}');
      return whenSnapshot(config, 2, 10_000);
    });
    expect(tookMs).toBeLessThan(poolMs);
  });

  it('a change takes effect before one read through the pool ends, by polling alone', async () => {
    const mount = join(makeFolder(), 'issuer');
    writeFileSync(mount, 'first');
    const { config } = openConfig({}, { env: { ROLLCALL_AUTH_ISSUER_FILE: mount }, times: { quietMs } });
    await config.watch();
    const { tookMs, poolMs } = await underLoad(() => {
      writeFileSync(mount, 'second');
      return whenSnapshot(config, 2, 10_000);
    });
    expect(tookMs).toBeLessThan(poolMs);
  });
});
