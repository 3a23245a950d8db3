import { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import timers from 'node:timers';
import { captureStack, creationSite, type CreationSite } from './creation-site.js';
import type { ProcessLeak } from './leak.js';
import { Patches } from './patch.js';
import {
  closeTimeoutMs as timeoutMs,
  trackChild,
  trackServer,
  trackSocket,
  trackTimer,
  trackWatcher,
  type Resource,
} from './resource-trackers.js';

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
  #resources: Resource[] = [];
  readonly #sites = new Map<Resource, CreationSite>();
  #before: ReadonlySet<unknown> = new Set();
  #step: string | undefined;

  /**
   * @param root the directory of the project
   * @param databasePort connections to this port are ignored: the database lists them more reliably
   */
  constructor(
    private readonly root: string,
    private readonly databasePort: number | undefined,
  ) {}

  /** Replaces the functions of Node.js that open something. */
  install(): void {
    const track = (resource: Omit<Resource, 'stack' | 'step'>): void => {
      this.#resources.push({ ...resource, stack: captureStack(), step: this.#step });
    };
    for (const target of [globalThis, timers]) {
      for (const name of ['setTimeout', 'setInterval'] as const) {
        this.#patches.method(target, name, (original) => trackTimer(original, name, track));
      }
    }
    this.#patches.method(Server.prototype, 'listen', (original) => trackServer(original, track));
    this.#patches.method(ChildProcess.prototype, 'spawn', (original) => trackChild(original, track));
    this.#patches.method(Socket.prototype, 'connect', (original) => trackSocket(original, track));
    this.#patches.method(fs, 'watch', (original) => trackWatcher(original, track));
    this.#patches.publish();
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

  /** Finds what is still open after everything that is being closed has closed, and closes it. */
  async end(): Promise<ProcessLeak[]> {
    const deadline = performance.now() + timeoutMs;
    // Closing a socket takes a turn or two of the event loop.
    for (let turn = 0; turn < 20 && this.#mayImprove(); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (this.#mayImprove() && performance.now() < deadline) await pause(10);
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
    const tracked = new Set(this.#resources.flatMap((resource) => resource.handles()));
    return activeHandles().filter(
      (handle) =>
        !this.#before.has(handle) &&
        !owned.has(handle) &&
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

const describeHandle = ({ constructor: maker, remotePort, localPort }: HandleLike): string => {
  const name = maker?.name ?? 'handle';
  if (remotePort !== undefined) return `a ${name} connected to port ${String(remotePort)}`;
  return localPort === undefined ? `a ${name}` : `a ${name} on port ${String(localPort)}`;
};
