import assert from 'node:assert';
import asyncHooks from 'node:async_hooks';
import buffer from 'node:buffer';
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import diagnosticsChannel from 'node:diagnostics_channel';
import dns from 'node:dns';
import events from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import module from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import perfHooks from 'node:perf_hooks';
import querystring from 'node:querystring';
import readline from 'node:readline';
import stream from 'node:stream';
import stringDecoder from 'node:string_decoder';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import tls from 'node:tls';
import tty from 'node:tty';
import url from 'node:url';
import util from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import workerThreads from 'node:worker_threads';
import zlib from 'node:zlib';
import type { ObjectState } from './object-state.js';

const builtIns = {
  ...{ assert, asyncHooks, buffer, childProcess, crypto, dgram, diagnosticsChannel, events, fs, http, http2, https },
  ...{ net, os, path, perfHooks, querystring, readline, stream, stringDecoder, timers, timersPromises, tls, tty, url },
  ...{ util, v8, vm, workerThreads, zlib },
};

const prototypeOf = (target: unknown): object => Object.getPrototypeOf(target) as object;

/** Prototypes that no global variable refers to. */
const hiddenPrototypes = (): Record<string, object> => {
  const generator = function* (): Generator {
    yield 0;
  };
  const asyncGenerator = async function* (): AsyncGenerator {
    yield await Promise.resolve(0);
  };
  const [values, asyncValues] = [generator.prototype as object, asyncGenerator.prototype as object];
  return {
    AsyncFunction: prototypeOf(async () => Promise.resolve()),
    GeneratorFunction: prototypeOf(generator),
    AsyncGeneratorFunction: prototypeOf(asyncGenerator),
    Generator: prototypeOf(values),
    AsyncGenerator: prototypeOf(asyncValues),
    AsyncIterator: prototypeOf(prototypeOf(asyncValues)),
    Iterator: prototypeOf(prototypeOf(values)),
    ArrayIterator: prototypeOf([].values()),
    MapIterator: prototypeOf(new Map().values()),
    SetIterator: prototypeOf(new Set().values()),
    StringIterator: prototypeOf(''[Symbol.iterator]()),
    RegExpStringIterator: prototypeOf(''.matchAll(/x/g)),
    TypedArray: prototypeOf(Uint8Array),
  };
};

/** Properties of the agents that are not options; those are compared by ProcessState. */
const agentKeys = [
  ...['keepAlive', 'keepAliveMsecs', 'maxTotalSockets', 'scheduling', 'defaultPort', 'protocol'],
  ...['createConnection', 'addRequest', 'createSocket', 'getName'],
];

/** Values and functions of an object, without calling getters. */
const valuesOf = (target: object): [string, unknown][] =>
  Object.entries(Object.getOwnPropertyDescriptors(target)).map(([key, { value }]) => [key, value as unknown]);

/** Watches the global objects, the modules of Node.js and the functions of the process. */
export const watchNode = (objects: ObjectState): void => {
  // Some globals replace themselves by their value when they are read for the first time.
  for (const name of Object.getOwnPropertyNames(globalThis)) Reflect.get(globalThis, name);
  objects.watch('globalThis', globalThis, 0);
  const globals = [
    ...valuesOf(globalThis),
    ...Object.entries({
      crypto: globalThis.crypto,
      'crypto.subtle': globalThis.crypto.subtle,
      performance,
      navigator: Reflect.get(globalThis, 'navigator') as unknown,
    }),
  ];
  for (const [name, value] of globals) {
    if (name !== 'global' && name !== 'process' && name !== 'globalThis') objects.watch(name, value, 0);
  }
  for (const [name, value] of valuesOf(Intl)) objects.watch(`Intl.${name}`, value, 0);
  for (const [name, prototype] of Object.entries(hiddenPrototypes())) objects.watch(name, prototype, 0);
  for (const [name, value] of Object.entries(builtIns)) {
    // Also the objects in it, such as `util.types` and `http.STATUS_CODES`.
    objects.watch(name, value, 1);
    for (const [key, member] of valuesOf(value)) {
      if (typeof member === 'function') objects.watch(`${name}.${key}`, member, 0);
    }
  }
  objects.watch('fs.promises', fs.promises, 0);
  // `dns.setServers()` replaces the other functions.
  objects.watchKeys('dns', dns, ['lookup', 'lookupService', 'promises', 'setServers']);
  objects.watchKeys('dns.promises', dns.promises, ['lookup', 'lookupService']);
  for (const [name, { globalAgent }] of [['http', http] as const, ['https', https] as const]) {
    objects.watchKeys(`${name}.globalAgent`, globalAgent, agentKeys);
  }
  objects.watch('process', process, 0);
  objects.watch('process.hrtime', process.hrtime, 0);
  objects.watch('process.argv', process.argv, 0);
  objects.watch('process.execArgv', process.execArgv, 0);
  objects.watchKeys('module', module, ['_load', '_resolveFilename', 'createRequire', 'register']);
  objects.watch('module.prototype', module.prototype, 0);
  for (const name of ['stdout', 'stderr'] as const) {
    objects.watchKeys(`process.${name}`, process[name], ['write', 'end', 'isTTY']);
  }
};
