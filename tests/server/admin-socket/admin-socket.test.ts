import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLag } from '../../../src/server/admin-socket/status.js';
import {
  createSocket,
  maxSocketPathBytes,
  SocketPathError,
  socketPathOf,
  socketStateOf,
} from '../../../src/server/listeners/socket-file.js';

let folder: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-socket-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await close(server);
  rmSync(folder, { recursive: true, force: true });
});

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const bind = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject);
    server.listen(path, resolve);
  });

const modes = { mode: 0o600, folderMode: 0o700 };

describe('createSocket', () => {
  it('creates and removes a socket that only its owner can access, in a directory that only its owner can access', async () => {
    const path = join(folder, 'run', 'admin.sock');
    const remove = await createSocket(path, bind, modes);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(lstatSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    expect(await socketStateOf(path)).toBe('live');
    remove();
    expect(await socketStateOf(path)).toBe('absent');
  });

  it('replaces the socket of a killed process', async () => {
    const path = join(folder, 'admin.sock');
    await createSocket(path, bind, modes);
    for (const server of servers.splice(0)) await close(server);
    expect(await socketStateOf(path)).toBe('stale');
    await createSocket(path, bind, modes);
    expect(await socketStateOf(path)).toBe('live');
  });

  it('does not replace a socket in use, or a file that is not a socket', async () => {
    const path = join(folder, 'admin.sock');
    await createSocket(path, bind, modes);
    await expect(createSocket(path, bind, modes)).rejects.toThrow('another service is using it');
    expect(await socketStateOf(path)).toBe('live');
    const file = join(folder, 'file');
    writeFileSync(file, 'kept');
    await expect(createSocket(file, bind, modes)).rejects.toThrow('the file exists and is not a socket');
    expect(lstatSync(file).size).toBe(4);
  });

  it('does not remove a socket that has replaced it', async () => {
    const path = join(folder, 'admin.sock');
    const remove = await createSocket(path, bind, modes);
    rmSync(path);
    await createSocket(path, bind, modes);
    remove();
    expect(await socketStateOf(path)).toBe('live');
  });

  it('reports the maximum length of a path, and the code of a system error', async () => {
    const long = join(folder, 'x'.repeat(maxSocketPathBytes));
    await expect(createSocket(long, bind, modes)).rejects.toThrow(`Unix sockets allow ${String(maxSocketPathBytes)}`);
    const below = join(folder, 'file', 'admin.sock');
    writeFileSync(join(folder, 'file'), '');
    await expect(createSocket(below, bind, modes)).rejects.toThrow(SocketPathError);
    await expect(createSocket(below, bind, modes)).rejects.toThrow(/ENOTDIR|EEXIST|another/);
  });
});

describe('socketPathOf', () => {
  it('resolves the setting against the working directory', () => {
    expect(socketPathOf('.data/admin.sock', '/srv')).toBe('/srv/.data/admin.sock');
    expect(socketPathOf('/run/admin.sock', '/srv')).toBe('/run/admin.sock');
    expect(socketPathOf(null, '/srv')).toBeNull();
  });
});

describe('withLag', () => {
  const instance = (revision: number | null, hash: string, live = true) => ({
    ...{ id: '01a1fd4f-a792-70ea-9070-000000000001', hostname: 'a', pid: 1, version: '1' },
    ...{ revision, hash, live, started_at: '2026-01-01T00:00:00.000Z', last_seen_at: '2026-01-01T00:00:00.000Z' },
  });

  it('marks running instances whose configuration is not the newest', () => {
    const listed = withLag([instance(1, 'a'), instance(2, 'b'), instance(2, 'b'), instance(1, 'a', false)]);
    expect(listed.map(({ lagging }) => lagging)).toEqual([true, false, false, false]);
    expect(withLag([instance(null, 'a'), instance(3, 'b')]).map(({ lagging }) => lagging)).toEqual([true, false]);
    expect(withLag([])).toEqual([]);
  });
});
