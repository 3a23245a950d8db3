import buffer from 'node:buffer';
import crypto from 'node:crypto';
import dns from 'node:dns';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import module from 'node:module';
import net from 'node:net';
import stream from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ProcessState } from '../../features/support/guards/state/process-state.js';

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
      'the environment variable ROLLCALL_LEAKED, changed during or after the step "the first step"',
      'the global leaked, changed during or after the step "the second step"',
    ]);
    process.env['ROLLCALL_LEAKED'] = '3';
    state.beginStep('the first step');
    expect(state.restore().map(({ what }) => what)).toEqual([
      'the environment variable ROLLCALL_LEAKED, changed before the first step',
    ]);
    process.env['ROLLCALL_LEAKED'] = '4';
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
    performance.mark('leaked');
    process.argv.push('leaked');
    expect(state.restore().map(({ what }) => what)).toEqual([
      'a replaced process.env',
      'a changed umask, 511',
      'other DNS servers, ["192.0.2.1"]',
      'entries of performance.mark() and performance.measure(), ["leaked"]',
      'a changed Error.stackTraceLimit, 0',
      'a changed EventEmitter.defaultMaxListeners, 1',
      'a changed process.argv',
    ]);
    expect({ env: process.env, limit: Error.stackTraceLimit, dns: dns.getServers() }).toEqual(before);
    expect(process.umask(mask)).toBe(mask);
    dns.promises.setServers(['192.0.2.2']);
    expect(state.restore().map(({ what }) => what)).toEqual(['other DNS servers of dns.promises, ["192.0.2.2"]']);
    expect(dns.promises.getServers()).toEqual(before.dns);
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

describe('the options of the agents that all requests share', () => {
  it('are restored', () => {
    const state = new ProcessState(new Map());
    const { maxSockets } = http.globalAgent;
    http.globalAgent.maxSockets = 1;
    Object.assign(https.globalAgent.options, { rejectUnauthorized: false });
    expect(state.restore().map(({ what }) => what)).toEqual(['options of http.globalAgent']);
    expect(http.globalAgent.maxSockets).toBe(maxSockets);
    expect(https.globalAgent.options).not.toHaveProperty('rejectUnauthorized');
    expect(state.restore()).toEqual([]);
  });
});

describe('a replaced function', () => {
  it.each<readonly [name: string, owner: object, key: string]>([
    ['Intl.NumberFormat.prototype.formatToParts', Intl.NumberFormat.prototype, 'formatToParts'],
    ['dns.lookup', dns, 'lookup'],
    ['dns.promises.lookup', dns.promises, 'lookup'],
    ['fs.promises.readFile', fs.promises, 'readFile'],
    ['module._load', module, '_load'],
    ['module.prototype.require', module.prototype, 'require'],
    ['process.hrtime.bigint', process.hrtime, 'bigint'],
    ['process.stdout.write', process.stdout, 'write'],
    ['console.log', console, 'log'],
  ])('%s is restored', (name, owner, key) => {
    const state = new ProcessState(new Map());
    const original: unknown = Reflect.get(owner, key);
    Object.defineProperty(owner, key, { value: () => undefined, configurable: true, writable: true });
    expect(state.restore().map(({ what }) => what)).toEqual([`a changed ${name}`]);
    expect(Reflect.get(owner, key)).toBe(original);
  });
});

describe('a setting of the process', () => {
  it.each<[string, () => unknown, string, () => unknown]>([
    [
      'crypto.setFips()',
      () => {
        crypto.setFips(true);
      },
      'a changed crypto.getFips()',
      () => crypto.getFips(),
    ],
    [
      'process.stdout',
      () => Object.defineProperty(process, 'stdout', { value: {}, configurable: true }),
      'a replaced process.stdout',
      () => process.stdout,
    ],
    [
      'process.report',
      () => (process.report.directory = '/leaked'),
      'changed settings of process.report',
      () => process.report.directory,
    ],
    [
      'process.setMaxListeners()',
      () => process.setMaxListeners(99),
      'a changed process.getMaxListeners(), 99',
      () => process.getMaxListeners(),
    ],
    [
      'crypto.subtle',
      () => Object.assign(globalThis.crypto.subtle, { digest: () => undefined }),
      'a changed crypto.subtle.digest',
      () => globalThis.crypto.subtle.digest,
    ],
  ])('%s is restored, and named', (_, change, name, read) => {
    const before = read();
    const state = new ProcessState(new Map());
    change();
    expect(state.restore().map(({ what }) => what)).toEqual([name]);
    expect(read()).toBe(before);
  });
});
