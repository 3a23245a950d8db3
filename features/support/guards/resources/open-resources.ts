import { ChildProcess } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import { Server, Socket } from 'node:net';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import workerThreads from 'node:worker_threads';
import { callerPackage, captureStack, creationSite, type CreationSite } from '../creation-site.js';
import { trackIterator, trackPromise } from './iterator-trackers.js';
import { LateResources, type EndedScenarios } from './late-resources.js';
import type { ProcessLeak } from '../leak.js';
import { Patches } from '../patch.js';
import {
  closeTimeoutMs as timeoutMs,
  trackChild,
  trackPolledFile,
  trackServer,
  trackSocket,
  trackTimer,
  trackUdp,
  trackWatcher,
  trackWorker,
  type Resource,
  type Track,
} from './resource-trackers.js';

/** The original function, without tracking. */
const pause = timersPromises.setTimeout;

const clearCure = 'It was cleared. Await it, or end it with a signal in the step or in an After hook.';

/** How long requests to the file system may take that prepare something else, in milliseconds. */
const fileTimeoutMs = 500;

/** Libraries that keep timers for the pools of connections, which outlive scenarios and are checked with the schema. */
const poolPackages: ReadonlySet<string> = new Set(['tarn', 'pg', 'pg-pool', 'knex']);

/** Fields of handles that Node.js does not declare. */
interface HandleLike {
  readonly constructor?: { readonly name?: string };
  readonly remotePort?: number;
  readonly localPort?: number;
  readonly server?: unknown;
  readonly fd?: number;
  close?: () => void;
  destroy?: () => void;
}

/** Node.js does not document how to list handles. */
const activeHandles = (): HandleLike[] =>
  (process as unknown as { _getActiveHandles?: () => HandleLike[] })._getActiveHandles?.() ?? [];

/** Follows the timers, servers, watchers, child processes and sockets that are opened in this process. */
export class OpenResources {
  readonly #patches = new Patches();
  readonly #late: LateResources | undefined;
  #resources: Resource[] = [];
  readonly #sites = new Map<Resource, CreationSite>();
  #before: ReadonlySet<unknown> = new Set();
  #step: string | undefined;
  #hasWaited = false;

  /**
   * @param root the directory of the project
   * @param databasePort connections to this port are ignored: the database lists them more reliably
   */
  constructor(
    private readonly root: string,
    private readonly databasePort: number | undefined,
    ended?: EndedScenarios,
  ) {
    this.#late = ended && new LateResources(root, ended);
  }

  /** Replaces the functions of Node.js that open something. */
  install(): void {
    const track = (resource: Omit<Resource, 'stack' | 'step'>): void => {
      const tracked = { ...resource, stack: captureStack(), step: this.#step };
      if (this.#late?.close(tracked) !== true) this.#resources.push(tracked);
    };
    // The connection pool starts several timers per query, and capturing a stack for each is slow.
    const trackTimers: Track = (resource) => {
      if (!poolPackages.has(callerPackage() ?? '')) track(resource);
    };
    for (const target of [globalThis, timers]) {
      for (const name of ['setTimeout', 'setInterval'] as const) {
        this.#patches.method(target, name, (original) => trackTimer(original, name, trackTimers));
      }
    }
    this.#patches.method(Server.prototype, 'listen', (original) => trackServer(original, track));
    this.#patches.method(ChildProcess.prototype, 'spawn', (original) => trackChild(original, track));
    this.#patches.method(Socket.prototype, 'connect', (original) => trackSocket(original, track));
    this.#patches.method(fs, 'watch', (original) => trackWatcher(original, track));
    this.#patches.method(fs, 'watchFile', (original) => trackPolledFile(original, track));
    this.#patches.method(dgram.Socket.prototype, 'bind', (original) => trackUdp(original, track));
    this.#patches.value(workerThreads, 'Worker', (original) =>
      trackWorker(original as typeof workerThreads.Worker, track),
    );
    this.#installPromises(track);
    this.#patches.publish();
  }

  #installPromises(track: Track): void {
    const timer = (name: string) => ({
      describe: ([ms = 1]: readonly unknown[]) => `a timer (${name} of timers/promises, ${String(ms)} ms)`,
      cure: clearCure,
      position: 2,
    });
    this.#patches.method(timersPromises, 'setTimeout', (original) =>
      trackPromise(original, timer('setTimeout'), track),
    );
    this.#patches.method(timersPromises, 'setInterval', (original) =>
      trackIterator(original, timer('setInterval'), track),
    );
    const describe = ([path]: readonly unknown[]): string => `a watcher of ${String(path)}`;
    const cure = 'It was closed. End it with a signal in the step, or in an After hook.';
    this.#patches.method(fs.promises, 'watch', (original) =>
      trackIterator(original, { describe, cure, position: 1, handleType: 'FSEvent' }, track),
    );
    for (const target of [globalThis, timers]) {
      this.#patches.method(target, 'setImmediate', (original) => this.#late?.stopLoop(original) ?? original);
    }
  }

  /** Puts the functions of Node.js back. */
  uninstall(): void {
    this.#patches.undo();
  }

  /** Begins a scenario: what is open now belongs to no scenario. */
  begin(): void {
    this.#resources = [];
    this.#sites.clear();
    this.#before = new Set(activeHandles());
    this.#step = undefined;
  }

  /** Begins a step; what it opens is attributed to it. */
  beginStep(step: string): void {
    this.#step = step;
  }

  /** Whether `end()` had to wait. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** Waits for resources that are closing, then closes and reports those that are still open. */
  async end(): Promise<ProcessLeak[]> {
    const startedMs = performance.now();
    const deadline = startedMs + timeoutMs;
    // Closing a socket takes a turn or two of the event loop.
    for (let turn = 0; turn < 20 && this.#mayImprove(); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const fileDeadline = performance.now() + fileTimeoutMs;
    while (isReadingFiles() && performance.now() < fileDeadline) await new Promise((resolve) => setImmediate(resolve));
    while (this.#mayImprove() && performance.now() < deadline) await pause(10);
    this.#hasWaited = performance.now() - startedMs > 5;
    const leaked = this.#leaked();
    const handles = this.#unknownHandles(leaked.map(({ resource }) => resource));
    const leaks = leaked.map(({ resource, site }) => ({
      what: resource.describe(),
      where: site.place ?? (resource.step === undefined ? undefined : `the step "${resource.step}"`),
      cure: resource.cure,
    }));
    for (const { resource } of leaked) await resource.close();
    for (const handle of handles) {
      leaks.push({
        what: describeHandle(handle),
        where: undefined,
        cure: 'It was closed. Close it in the step, or in an After hook.',
      });
      (handle.destroy ?? handle.close)?.call(handle);
    }
    this.#resources = [];
    return leaks;
  }

  #leaked(): { resource: Resource; site: CreationSite }[] {
    return this.#resources
      .filter((resource) => resource.isOpen())
      .map((resource) => ({ resource, site: this.#siteOf(resource) }))
      .filter(
        ({ resource, site }) =>
          site.isStepCode ||
          (resource.hasRef() && !poolPackages.has(site.packageName ?? '') && !this.#isDatabase(resource)),
      );
  }

  /** Formatting a stack is expensive, and the open resources are looked at several times. */
  #siteOf(resource: Resource): CreationSite {
    const site = this.#sites.get(resource) ?? creationSite(resource.stack, this.root);
    this.#sites.set(resource, site);
    return site;
  }

  /** Active handles that no tracked resource accounts for. */
  #unknownHandles(known: readonly Resource[]): HandleLike[] {
    const owned = new Set(known.flatMap((resource) => resource.handles()));
    const types = new Set(known.flatMap(({ handleType = [] }) => handleType));
    const tracked = new Set(this.#resources.flatMap((resource) => resource.handles()));
    return activeHandles().filter(
      (handle) =>
        !this.#before.has(handle) &&
        !owned.has(handle) &&
        !types.has(handle.constructor?.name ?? '') &&
        !owned.has(handle.server) &&
        !tracked.has(handle) &&
        (this.databasePort === undefined || handle.remotePort !== this.databasePort),
    );
  }

  #mayImprove(): boolean {
    const leaked = this.#leaked().map(({ resource }) => resource);
    return leaked.some(({ mayEnd }) => mayEnd) || this.#unknownHandles(leaked).length > 0;
  }

  #isDatabase(resource: Resource): boolean {
    return resource
      .handles()
      .some((handle) => this.databasePort !== undefined && (handle as HandleLike).remotePort === this.databasePort);
  }
}

/** Whether requests to the file system run; libraries open watchers after such requests. */
const isReadingFiles = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));

const describeHandle = ({ constructor: maker, remotePort, localPort }: HandleLike): string => {
  const name = maker?.name ?? 'handle';
  if (remotePort !== undefined) return `a ${name} connected to port ${String(remotePort)}`;
  return localPort === undefined ? `a ${name}` : `a ${name} on port ${String(localPort)}`;
};
