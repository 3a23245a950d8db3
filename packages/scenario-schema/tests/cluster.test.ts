import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LeakError } from '../src/index.js';
import {
  createDatabase,
  execute,
  expectCleanNeighbour,
  inLease,
  leaksOf,
  serverUrl,
  startPool,
} from './support/fixture.js';

const newName = (): string => `leak_${randomBytes(4).toString('hex')}`;

describe.each([{ fresh: false }, { fresh: true }])('what all databases of a server share, with %o', ({ fresh }) => {
  it('is named and removed: a database, and a setting of ALTER SYSTEM', async () => {
    const [pool, name] = [await startPool({ fresh }), newName()];
    const lease = await pool.lease();
    await inLease(lease, `CREATE DATABASE ${name} STRATEGY file_copy`);
    await inLease(lease, `ALTER SYSTEM SET work_mem = '1MB'`);
    expect(await leaksOf(lease)).toEqual(
      expect.arrayContaining([`database ${name} created`, `ALTER SYSTEM SET work_mem = '1MB'`]),
    );
    const left = `SELECT datname FROM pg_database WHERE datname = '${name}'
      UNION ALL SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf' AND name = 'work_mem'`;
    expect(await execute(serverUrl(), left)).toEqual([]);
    await expectCleanNeighbour(pool);
  });

  it('is named by the process whose statement did it, with the statement, and by no other', async () => {
    const logged: string[] = [];
    const log = (line: string): void => void logged.push(line);
    const urls = [await createDatabase(), await createDatabase()] as const;
    const first = await startPool({ fresh, log, server: { url: urls[0] } });
    const second = await startPool({ fresh, log, server: { url: urls[1] } });
    const [name, foreign] = [newName(), newName()];
    const [innocent, guilty] = [await first.lease(), await second.lease()];
    const code = `const { Client } = require('pg'); const client = new Client(process.argv[1]);
      client.connect().then(() => client.query('CREATE ROLE ${foreign}')).then(() => client.end());`;
    execFileSync(process.execPath, ['-e', code, serverUrl()]);
    await innocent.return();
    await inLease(guilty, `CREATE ROLE ${name}`);
    const error: unknown = await guilty.return().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LeakError);
    expect((error as LeakError).message).toMatch(
      new RegExp(
        `^The scenario left behind: role ${name} created \\(CREATE ROLE ${name} at \\S+fixture\\.ts:\\d+\\)\\.$`,
      ),
    );
    await first.stop();
    await second.stop();
    expect(logged).toContainEqual(expect.stringContaining(`role ${foreign} created`));
    expect(await execute(serverUrl(), `SELECT FROM pg_roles WHERE rolname IN ('${name}', '${foreign}')`)).toEqual([]);
  });
});
