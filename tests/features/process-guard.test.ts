import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, watch } from 'node:fs';
import http, { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureStack, creationSite } from '../../features/support/guards/creation-site.js';
import { OpenResources } from '../../features/support/guards/resources/open-resources.js';
import { ProcessListeners } from '../../features/support/guards/state/process-listeners.js';
import { waitUntil } from '../../features/support/wait-until.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('a creation site', () => {
  it('is the nearest line of the project, and says whether it is in a step', () => {
    const error = captureStack();
    error.stack = [
      'Error',
      '    at setInterval (node:timers:1:1)',
      `    at track (${root}/features/support/guards/resources/open-resources.ts:1:1)`,
      `    at World.<anonymous> (${root}/features/steps/x.ts:12:3)`,
    ].join('\n');
    expect(creationSite(error, root)).toEqual({
      place: 'features/steps/x.ts:12',
      isStepCode: true,
      packageName: undefined,
    });
    error.stack = `Error\n    at y (${root}/src/y.ts:3:1)\n    at World.<anonymous> (file://${root}/features/steps/x.ts:12:3)`;
    expect(creationSite(error, root)).toMatchObject({ place: 'features/steps/x.ts:12', isStepCode: false });
    error.stack = `Error\n    at y (${root}/node_modules/tarn/dist/Pool.js:3:1)`;
    expect(creationSite(error, root)).toEqual({ place: undefined, isStepCode: false, packageName: 'tarn' });
  });
});

describe('open resources', () => {
  let resources: OpenResources;
  beforeEach(() => {
    resources = new OpenResources(root, undefined);
    resources.install();
    resources.begin();
    resources.beginStep('a step');
  });
  afterEach(() => {
    resources.uninstall();
  });
  const leaks = async (): Promise<string[]> => (await resources.end()).map(({ what }) => what);

  it('include timers, which are cleared', async () => {
    let ticks = 0;
    setInterval(() => (ticks += 1), 5);
    setTimeout(() => (ticks += 1), 60_000);
    expect(await leaks()).toEqual(['a timer (setInterval, 5 ms)', 'a timer (setTimeout, 60000 ms)']);
    const before = ticks;
    await pause(30);
    expect(ticks).toBe(before);
  });

  it('do not include a timer that was cleared, or that fires soon', async () => {
    clearInterval(setInterval(() => undefined, 5));
    let isFired = false;
    setTimeout(() => (isFired = true), 50);
    expect(await leaks()).toEqual([]);
    expect(isFired).toBe(true);
  });

  it('include servers with their ports, which are closed', async () => {
    const servers = [createServer(), createTcpServer()];
    for (const server of servers) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    expect(await leaks()).toEqual(ports.map((port) => `a server that listens on port ${String(port)}`));
    expect(servers.map(({ listening }) => listening)).toEqual([false, false]);
  });

  it('include watchers with their directories', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-watched-'));
    const watcher = watch(directory);
    let isClosed = false;
    watcher.once('close', () => (isClosed = true));
    expect(await leaks()).toEqual([`a watcher of ${directory}`]);
    await waitUntil('the watcher is closed', () => isClosed, 3_000);
    rmSync(directory, { recursive: true });
  });

  it('include child processes with their commands, which are killed', async () => {
    const child: ChildProcess = spawn('sleep', ['60']);
    const [leak = '', ...others] = await leaks();
    expect(leak).toBe(`the process "sleep 60" (PID ${String(child.pid)})`);
    expect(others).toEqual([]);
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('include handles that are not tracked', async () => {
    const { port1 } = new MessageChannel();
    port1.on('message', () => undefined);
    expect(await leaks()).toEqual(['a MessagePort']);
  });

  it('include connections, which are closed, except those to the database', async () => {
    resources.uninstall();
    const code = 'const s = require("net").createServer(() => {}).listen(0, () => console.log(s.address().port))';
    const server = spawn(process.execPath, ['--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = Number(String((await once(server.stdout, 'data'))[0]));
    for (const databasePort of [undefined, port]) {
      resources = new OpenResources(root, databasePort);
      resources.install();
      resources.begin();
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const expected = databasePort === undefined ? [`a connection to 127.0.0.1, port ${String(port)}`] : [];
      expect(await leaks()).toEqual(expected);
      expect(socket.destroyed).toBe(expected.length > 0);
      socket.destroy();
      resources.uninstall();
    }
    server.kill();
    await once(server, 'exit');
  });
});

describe('the listeners of the process', () => {
  it('that a step has removed are added again', () => {
    const listeners = new ProcessListeners(root);
    const listener = (): void => undefined;
    process.on('SIGTERM', listener);
    listeners.begin();
    process.off('SIGTERM', listener);
    expect(listeners.restore()).toEqual([
      expect.objectContaining({ what: 'removed listeners of the process for "SIGTERM"' }),
    ]);
    expect(process.listeners('SIGTERM')).toContain(listener);
    process.off('SIGTERM', listener);
  });

  it('include those of the global HTTP agents', () => {
    const listeners = new ProcessListeners(root);
    listeners.install();
    try {
      listeners.begin();
      http.globalAgent.on('free', () => undefined);
      const what = 'a listener of http.globalAgent for "free"';
      expect(listeners.restore()).toEqual([expect.objectContaining({ what })]);
      expect(listeners.restore()).toEqual([]);
    } finally {
      listeners.uninstall();
    }
  });

  it('are removed and named, except for those of libraries', () => {
    const listeners = new ProcessListeners(root);
    const addFrom = (file: string): (() => void) => {
      const listener = (): void => undefined;
      const add = runInThisContext('(process, listener) => process.once("SIGUSR2", listener)', {
        filename: join(root, file),
      }) as (target: NodeJS.Process, listener: () => void) => void;
      add(process, listener);
      return listener;
    };
    listeners.install();
    try {
      const earlier = addFrom('features/steps/x.ts');
      listeners.begin();
      const library = addFrom('node_modules/library/index.js');
      addFrom('features/steps/x.ts');
      expect(listeners.restore()).toEqual([
        expect.objectContaining({
          what: 'a listener of the process for "SIGUSR2"',
          where: 'features/steps/x.ts:1',
        }),
      ]);
      expect(process.listeners('SIGUSR2')).toEqual([earlier, library]);
      expect(listeners.restore()).toEqual([]);
    } finally {
      process.removeAllListeners('SIGUSR2');
      listeners.uninstall();
    }
  });
});
