import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dns from 'node:dns';
import events from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import timers from 'node:timers';
import url from 'node:url';
import util from 'node:util';
import zlib from 'node:zlib';
import type { ProcessLeak } from './leak.js';
import { ObjectState } from './object-state.js';

const builtIns = { childProcess, crypto, dns, events, fs, http, https, net, os, path, timers, url, util, zlib };

/** Values of JavaScript and Node.js that a step might replace or extend. */
const intrinsics = {
  ...{
    Array,
    Boolean,
    Buffer,
    Date,
    Error,
    Function,
    JSON,
    Map,
    Math,
    Number,
    Object,
    Promise,
    RegExp,
    Set,
    String,
    URL,
  },
  ...{ console, performance },
};

const processFunctions = [
  'chdir',
  'cpuUsage',
  'cwd',
  'emitWarning',
  'hrtime',
  'kill',
  'memoryUsage',
  'nextTick',
  'uptime',
];

const optionsOf = (agent: http.Agent): Record<string, unknown> =>
  // Documented as an argument of the constructor, and kept under this name.
  (agent as unknown as { readonly options: Record<string, unknown> }).options;

const agentOptions = (agent: http.Agent): readonly unknown[] => [
  optionsOf(agent),
  agent.maxSockets,
  agent.maxFreeSockets,
];

/** The state of the process outside of the scenarios' objects, as it was when it was captured. */
export class ProcessState {
  readonly #objects = new ObjectState();
  readonly #env = { ...process.env };
  readonly #cwd = process.cwd();
  readonly #title = process.title;
  readonly #exitCode = process.exitCode;
  readonly #agents = { http: http.globalAgent, https: https.globalAgent };
  readonly #agentOptions = JSON.stringify([agentOptions(http.globalAgent), agentOptions(https.globalAgent)]);

  /** @param modules modules of the project whose exports are checked, by path */
  constructor(modules: ReadonlyMap<string, Readonly<Record<string, unknown>>>) {
    // Some globals replace themselves by their value when they are read for the first time.
    for (const name of Object.getOwnPropertyNames(globalThis)) Reflect.get(globalThis, name);
    this.#objects.watch('globalThis', globalThis, 0);
    for (const [name, value] of Object.entries(intrinsics)) this.#objects.watch(name, value, 0);
    for (const [name, value] of Object.entries(builtIns)) this.#objects.watch(name, value, 0);
    this.#objects.watch('fs.promises', fs.promises, 0);
    this.#objects.watchKeys('process', process, processFunctions);
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#objects.watchKeys(`process.${stream}`, process[stream], ['write']);
    }
    for (const [file, exports] of modules) {
      for (const [name, value] of Object.entries(exports)) this.#objects.watch(`${name} (${file})`, value);
    }
  }

  /** Puts back what has changed, and names it. */
  restore(): ProcessLeak[] {
    return [
      ...this.#restoreEnvironment(),
      ...this.#restoreValues(),
      ...this.#restoreAgents(),
      ...this.#restoreObjects(),
    ];
  }

  #restoreEnvironment(): ProcessLeak[] {
    const changed = [...new Set([...Object.keys(this.#env), ...Object.keys(process.env)])].filter(
      (name) => process.env[name] !== this.#env[name],
    );
    return changed.map((name) => {
      const before = this.#env[name];
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
      return {
        what: `the environment variable ${name}`,
        cure: 'It was restored. Pass variables with this.startApp({ env }) instead.',
      };
    });
  }

  #restoreValues(): ProcessLeak[] {
    const leaks: ProcessLeak[] = [];
    const cure = 'It was restored. Restore it in the step, or in an After hook.';
    if (process.cwd() !== this.#cwd) {
      leaks.push({ what: `a changed working directory, ${process.cwd()}`, cure });
      process.chdir(this.#cwd);
    }
    if (process.title !== this.#title) {
      leaks.push({ what: `a changed process title, "${process.title}"`, cure });
      process.title = this.#title;
    }
    if (process.exitCode !== this.#exitCode) {
      leaks.push({ what: `a changed process.exitCode, ${String(process.exitCode)}`, cure });
      process.exitCode = this.#exitCode;
    }
    return leaks;
  }

  #restoreAgents(): ProcessLeak[] {
    const leaks: ProcessLeak[] = [];
    for (const [name, module] of [['http', http] as const, ['https', https] as const]) {
      if (module.globalAgent === this.#agents[name]) continue;
      module.globalAgent = this.#agents[name];
      leaks.push({ what: `${name}.globalAgent`, cure: 'It was restored. Use an agent of the step instead.' });
    }
    const options = JSON.stringify([agentOptions(http.globalAgent), agentOptions(https.globalAgent)]);
    if (options !== this.#agentOptions) {
      leaks.push({
        what: 'options of http.globalAgent',
        cure: 'They were restored. Use an agent of the step instead.',
      });
      const before = JSON.parse(this.#agentOptions) as [object, number, number][];
      [http.globalAgent, https.globalAgent].forEach((agent, index) => {
        const [, maxSockets, maxFreeSockets] = before[index] ?? [];
        Object.assign(agent, {
          maxSockets: maxSockets ?? Number.POSITIVE_INFINITY,
          maxFreeSockets: maxFreeSockets ?? 256,
        });
        for (const key of Object.keys(optionsOf(agent))) Reflect.deleteProperty(optionsOf(agent), key);
        Object.assign(optionsOf(agent), before[index]?.[0]);
      });
    }
    return leaks;
  }

  #restoreObjects(): ProcessLeak[] {
    const changed = this.#objects.restore();
    if (changed.length > 0) syncBuiltinESMExports();
    return changed.map((name) => ({
      what: `${name.startsWith('globalThis.') ? 'the global' : 'a changed'} ${name.replace(/^globalThis\./, '')}`,
      cure: 'It was restored. Restore it in the step, or in an After hook; for the time use this.clock.',
    }));
  }
}
