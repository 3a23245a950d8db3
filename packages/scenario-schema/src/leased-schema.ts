import type { Blueprint } from './blueprint.js';
import type { SessionChanges } from './session-changes.js';
import { inspectSessions, type Kept, type KeptSession, type SessionState } from './sessions.js';

/** A resource of a schema, with the state that its sessions had at first. */
interface KeptResource {
  readonly kept: Kept<unknown>;
  readonly baseline: ReadonlySet<string>;
}

/** The state of the sessions of a schema that stay open. */
export interface KeptState {
  readonly baseline: ReadonlySet<string>;
  readonly states: readonly (SessionState | null)[];
}

/** Maximum time for closing connections, in milliseconds. */
const timeoutMs = 3_000;

/** The same for a resource that is in use: a pool with a client that was not released never closes. */
const inUseTimeoutMs = 200;

const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), timeout]);
  clearTimeout(timer);
};

/** A schema of a pool, with the resources that stay with it. */
export class LeasedSchema {
  readonly #resources = new Map<string, KeptResource>();
  /** The sessions that were inspected last. */
  #sessions: readonly KeptSession[] = [];
  /** The signature of its structure; null for a schema that is used once. */
  signature: string | null = null;

  constructor(
    readonly blueprint: Blueprint,
    /** The database that contains it. */
    readonly url: string,
    readonly schema: string,
    private readonly changes: SessionChanges,
  ) {}

  /** Returns a resource, and creates it if there is none or if the existing one cannot be used again. */
  async keep<T>(key: string, create: () => Promise<Kept<T>>): Promise<T> {
    const known = this.#resources.get(key);
    // A pool whose clients are in use belongs to this lease.
    if (known !== undefined && (known.kept.isIdle?.() === false || known.kept.isReusable?.() !== false)) {
      return known.kept.value as T;
    }
    if (known !== undefined) await known.kept.close();
    const kept = await create();
    const [first] = await inspectSessions(await kept.sessions(), this.blueprint.kit, this.changes);
    this.#resources.set(key, { kept, baseline: new Set(first?.state) });
    return kept.value;
  }

  /**
   * Waits until no resource is in use: work in progress would write into the emptied schema.
   * @param deadline when to give up, by `performance.now()`
   */
  async settle(deadline: number): Promise<void> {
    const isIdle = (): boolean => [...this.#resources.values()].every(({ kept }) => kept.isIdle?.() !== false);
    while (!isIdle() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /**
   * Closes resources that the next scenario cannot use.
   * @param deadline when to give up, by `performance.now()`: a pool with a client that was not released does not close
   */
  async closeUnusable(deadline: number): Promise<void> {
    for (const [key, { kept }] of this.#resources) {
      if (kept.isReusable?.() !== false) continue;
      this.#resources.delete(key);
      await within(kept.close(), Math.max(0, deadline - performance.now()));
    }
  }

  /** Inspects the sessions that stay open. */
  async inspect(): Promise<KeptState[]> {
    const inspected: KeptSession[] = [];
    const states = await Promise.all(
      [...this.#resources.values()].map(async ({ kept, baseline }) => {
        const sessions = await kept.sessions();
        inspected.push(...sessions);
        return { baseline, states: await inspectSessions(sessions, this.blueprint.kit, this.changes, baseline) };
      }),
    );
    this.#sessions = inspected;
    return states;
  }

  /** The processes of sessions that cannot have an advisory lock. */
  unlockedPids(): number[] {
    return this.#sessions.flatMap(({ client }) => this.changes.unlockedPid(client) ?? []);
  }

  /** Whether a session belongs to a resource. */
  owns(applicationName: string): boolean {
    return [...this.#resources.values()].some(({ kept }) => kept.owns?.(applicationName) === true);
  }

  /** Closes all resources, or gives up after a while. */
  async close(): Promise<void> {
    const resources = [...this.#resources.values()];
    this.#resources.clear();
    await Promise.all(
      resources.map(({ kept }) => {
        const timeout = kept.isIdle?.() === false ? inUseTimeoutMs : timeoutMs;
        return within(kept.close(), timeout);
      }),
    );
  }
}
