/** Pool settings that can change while the service runs. */
export interface PoolSettings {
  readonly pool: { readonly min: number; readonly max: number };
  /** In milliseconds; 0 means no limit. Also limits the wait for a free connection. */
  readonly statementTimeoutMs: number;
  /** Slower queries are logged, in milliseconds. */
  readonly slowQueryMs: number;
}

/** A prepared and tested pool change that is not active yet. */
export interface Reconfiguration {
  /** Activates the new pool; the old one closes after its last query. Never fails. */
  commit(): void;
  /** Discards the new pool; after a commit, the former one becomes active again. */
  undo(): Promise<void>;
}
