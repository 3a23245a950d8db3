/** The settings that may change while the service runs. */
export interface PoolSettings {
  readonly pool: { readonly min: number; readonly max: number };
  /** In milliseconds; 0 means no limit. It is also the time to wait for a free connection. */
  readonly statementTimeoutMs: number;
  /** Milliseconds from which a query is logged. */
  readonly slowQueryMs: number;
}

/** A prepared and probed change of the pool that is not active yet. */
export interface Reconfiguration {
  /** Activates the new pool; the old one closes after its last query. Cannot fail. */
  commit(): void;
  /** Discards the new pool; after a commit, the former one becomes active again. */
  undo(): Promise<void>;
}
