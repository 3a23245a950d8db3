import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRollcall } from '../../src/testing/index.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { folders, openMarked, schemas } from './support.js';

const openDatabase = async (): Promise<{ database: TestDatabase; connection: pg.Client }> => {
  const database = await createDatabase();
  const connection = await openMarked(database);
  onTestFinished(async () => {
    await connection.end();
    await database.drop();
  });
  return { database, connection };
};

describe('the end of a process', () => {
  const run = (mode: string, url: string): ChildProcess => {
    const script = join(import.meta.dirname, 'fixtures', 'service-process.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, url, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  it('comes by itself after stop()', async () => {
    const { database } = await openDatabase();
    const child = run('stop', database.url);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(folders(child.pid ?? 0)).toEqual([]);
  });

  it('leaves schemas and folders after SIGKILL, which the next start removes', async () => {
    const { database, connection } = await openDatabase();
    const child = run('wait', database.url);
    if (child.stdout === null) throw new Error('the process has no output');
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const left = await schemas(connection);
    expect(left.length).toBeGreaterThanOrEqual(2);
    expect(folders(child.pid ?? 0)).toHaveLength(2);
    const next = await startRollcall({ server: { url: database.url } });
    const kept = await schemas(connection);
    await next.stop();
    expect(kept.filter((name) => left.includes(name) && /_w\w+_\d+$/.test(name))).toEqual([]);
    expect({ schemas: await schemas(connection), folders: folders(child.pid ?? 0) }).toEqual({
      schemas: [],
      folders: [],
    });
  });
});
