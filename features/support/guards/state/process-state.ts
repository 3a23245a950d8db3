import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { ProcessLeak } from '../leak.js';
import { watchNode } from './node-objects.js';
import { cannotBeUndone, ObjectState } from './object-state.js';
import { ProcessValues } from './process-values.js';
import { changedVariables, StepChanges } from './step-changes.js';

/** A step may replace `JSON.stringify`. */
const { stringify } = JSON;

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
  readonly #values = new ProcessValues();
  readonly #steps: StepChanges;
  readonly #environment = process.env;
  readonly #env = { ...process.env };
  readonly #agents = { http: http.globalAgent, https: https.globalAgent };
  readonly #agentOptions = stringify([agentOptions(http.globalAgent), agentOptions(https.globalAgent)]);

  /**
   * @param modules modules of the project whose exports are checked, by path
   * @param internal exports of internal modules of packages, by path
   */
  constructor(
    modules: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
    internal: ReadonlyMap<string, unknown> = new Map(),
  ) {
    watchNode(this.#objects);
    for (const [file, exports] of modules) {
      for (const [name, value] of Object.entries(exports)) {
        if (name === `${file}:module`) this.#objects.watchKeys(`the module ${file}`, value as object, ['exports']);
        else this.#objects.watch(`${name} (${file})`, value);
      }
    }
    for (const [path, exports] of internal) this.#objects.watchModule(path, exports);
    // Watching reads all globals, so that each has its final value.
    this.#steps = new StepChanges();
  }

  /** Begins a step. */
  beginStep(step: string): void {
    this.#steps.beginStep(step);
  }

  /** Whether an object is one of those that are compared. */
  watches(target: unknown): boolean {
    return this.#objects.watches(target);
  }

  /** Puts back what has changed, and names it. */
  restore(): ProcessLeak[] {
    this.#steps.end();
    const leaks = [
      ...this.#restoreEnvironment(),
      ...this.#values.restore(),
      ...this.#restoreAgents(),
      ...this.#restoreObjects(),
    ];
    this.#steps.clear();
    return leaks;
  }

  #restoreEnvironment(): ProcessLeak[] {
    const leaks: ProcessLeak[] = [];
    if (process.env !== this.#environment) {
      process.env = this.#environment;
      leaks.push({
        what: 'a replaced process.env',
        cure: 'It was restored. Pass variables with this.startApp({ env }) instead.',
      });
    }
    return leaks.concat(
      changedVariables(this.#env, { ...process.env }).map((name) => {
        const before = this.#env[name];
        if (before === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before;
        return {
          what: `the environment variable ${name}${this.#steps.textOf(`process.env.${name}`)}`,
          cure: 'It was restored. Pass variables with this.startApp({ env }) instead.',
        };
      }),
    );
  }

  #restoreAgents(): ProcessLeak[] {
    const leaks: ProcessLeak[] = [];
    for (const [name, module] of [['http', http] as const, ['https', https] as const]) {
      if (module.globalAgent === this.#agents[name]) continue;
      module.globalAgent = this.#agents[name];
      leaks.push({ what: `${name}.globalAgent`, cure: 'It was restored. Use an agent of the step instead.' });
    }
    const options = stringify([agentOptions(http.globalAgent), agentOptions(https.globalAgent)]);
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
      what: name.startsWith('globalThis.')
        ? `the global ${name.replace('globalThis.', '')}${this.#steps.textOf(name)}`
        : `a changed ${name}`,
      cure: name.endsWith(cannotBeUndone)
        ? 'This cannot be undone: the object stays frozen or sealed until the process ends. Do this in a child process instead.'
        : 'It was restored. Restore it in the step, or in an After hook. To change the time, use this.clock.',
    }));
  }
}
