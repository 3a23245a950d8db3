import buffer from 'node:buffer';
import { spawn, type ChildProcess } from 'node:child_process';
import dns from 'node:dns';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, watch } from 'node:fs';
import http, { createServer } from 'node:http';
import net, { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stream from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureStack, creationSite } from '../../features/support/guards/creation-site.js';
import { OpenResources } from '../../features/support/guards/open-resources.js';
import { ProcessListeners } from '../../features/support/guards/process-listeners.js';
import { ProcessState } from '../../features/support/guards/process-state.js';
import { waitUntil } from '../../features/support/wait-until.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('a creation site', () => {
  it('is the nearest line of the project, and says whether it is in a step', () => {
    const error = captureStack();
    error.stack = [
      'Error',
      '    at setInterval (node:timers:1:1)',
      `    at track (${root}/features/support/guards/open-resources.ts:1:1)`,
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
});

describe('the state of the process', () => {
  it('is restored, and each change is named', () => {
    const modules = new Map([['src/x.ts', { X: () => undefined, limits: { login: { points: 5 } } }]]);
    const exports = modules.get('src/x.ts') as unknown as {
      X: Record<string, unknown>;
      limits: { login: { points: number } };
    };
    const state = new ProcessState(modules);
    const originals = { now: Date.now, random: Math.random, fetch: globalThis.fetch, agent: http.globalAgent };
    const title = process.title;
    process.env['ROLLCALL_LEAKED'] = '1';
    process.title = 'leaked';
    Date.now = () => 0;
    Math.random = () => 0;
    globalThis.fetch = (() => undefined) as never;
    (globalThis as Record<string, unknown>)['leaked'] = 1;
    http.globalAgent = new http.Agent();
    exports.X['cache'] = 1;
    exports.limits.login.points = 6;
    const named = state.restore().map(({ what }) => what);
    expect(named).toEqual([
      'the environment variable ROLLCALL_LEAKED',
      'a changed process title, "leaked"',
      'http.globalAgent',
      'the global fetch',
      'the global leaked',
      'a changed Date.now',
      'a changed Math.random',
      'a changed X (src/x.ts).cache',
      'a changed limits (src/x.ts).login.points',
    ]);
    expect(process.env['ROLLCALL_LEAKED']).toBeUndefined();
    expect(process.title).toBe(title);
    expect([Date.now, Math.random, globalThis.fetch, http.globalAgent]).toEqual(Object.values(originals));
    expect('leaked' in globalThis || 'cache' in exports.X).toBe(false);
    expect(exports.limits.login.points).toBe(5);
    expect(state.restore()).toEqual([]);
  });
});

describe('a changed environment variable or global', () => {
  it('is named with its step', () => {
    const state = new ProcessState(new Map());
    state.beginStep('the first step');
    process.env['ROLLCALL_LEAKED'] = '1';
    state.beginStep('the second step');
    process.env['ROLLCALL_LEAKED'] = '2';
    Object.assign(globalThis, { leaked: 1 });
    expect(state.restore().map(({ what }) => what)).toEqual([
      'the environment variable ROLLCALL_LEAKED, changed in the step "the first step"',
      'the global leaked, changed in the step "the second step"',
    ]);
    process.env['ROLLCALL_LEAKED'] = '3';
    expect(state.restore().map(({ what }) => what)).toEqual(['the environment variable ROLLCALL_LEAKED']);
  });
});

describe('the settings of the process', () => {
  it('are restored, and each change is named', () => {
    const state = new ProcessState(new Map());
    const before = { env: process.env, limit: Error.stackTraceLimit, dns: dns.getServers() };
    process.env = { HOME: '/' };
    const mask = process.umask(0o777);
    Error.stackTraceLimit = 0;
    EventEmitter.defaultMaxListeners = 1;
    dns.setServers(['192.0.2.1']);
    process.argv.push('leaked');
    expect(state.restore().map(({ what }) => what)).toEqual([
      'a replaced process.env',
      'a changed umask, 511',
      'other DNS servers, ["192.0.2.1"]',
      'a changed Error.stackTraceLimit, 0',
      'a changed EventEmitter.defaultMaxListeners, 1',
      'a changed process.argv',
    ]);
    expect({ env: process.env, limit: Error.stackTraceLimit, dns: dns.getServers() }).toEqual(before);
    expect(process.umask(mask)).toBe(mask);
    expect(process.argv).not.toContain('leaked');
    expect(state.restore()).toEqual([]);
  });
});

describe('what Node.js shares between all scenarios', () => {
  it('is restored, and each change is named', () => {
    const state = new ProcessState(new Map());
    const { agent, status } = { agent: http.globalAgent, status: http.STATUS_CODES[404] };
    const before = [
      dns.getDefaultResultOrder(),
      net.getDefaultAutoSelectFamily(),
      stream.getDefaultHighWaterMark(false),
    ];
    const limits = [inspect.defaultOptions.depth, buffer.INSPECT_MAX_BYTES, EventEmitter.captureRejections];
    Object.assign(process, { leaked: 1 });
    Object.assign(Object.getPrototypeOf(async () => Promise.resolve()) as object, { leaked: 1 });
    Object.assign(Object.getPrototypeOf(new Map().values()) as object, { leaked: 1 });
    http.STATUS_CODES[404] = 'changed';
    Object.assign(agent, { createConnection: () => undefined });
    dns.setDefaultResultOrder('ipv6first');
    net.setDefaultAutoSelectFamily(!net.getDefaultAutoSelectFamily());
    stream.setDefaultHighWaterMark(false, 1);
    inspect.defaultOptions.depth = 0;
    Object.assign(buffer, { INSPECT_MAX_BYTES: 1 });
    EventEmitter.captureRejections = true;
    expect(state.restore().map(({ what }) => what)).toEqual([
      'a changed EventEmitter.captureRejections',
      'another order of DNS results, "ipv6first"',
      'a changed net.getDefaultAutoSelectFamily()',
      'a changed stream.getDefaultHighWaterMark(false), 1',
      'a changed buffer.INSPECT_MAX_BYTES, 1',
      'changed util.inspect.defaultOptions',
      'a changed AsyncFunction.leaked',
      'a changed MapIterator.leaked',
      'a changed http.STATUS_CODES.404',
      'a changed http.globalAgent.createConnection',
      'a changed process.leaked',
    ]);
    expect([
      dns.getDefaultResultOrder(),
      net.getDefaultAutoSelectFamily(),
      stream.getDefaultHighWaterMark(false),
    ]).toEqual(before);
    expect([inspect.defaultOptions.depth, buffer.INSPECT_MAX_BYTES, EventEmitter.captureRejections]).toEqual(limits);
    expect(http.STATUS_CODES[404]).toBe(status);
    expect('leaked' in process || Object.hasOwn(agent, 'createConnection')).toBe(false);
    expect(state.restore()).toEqual([]);
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
