/** The settings that may change while the service runs. */
export interface PoolSettings {
  readonly pool: { readonly min: number; readonly max: number };
  /** Milliseconds; 0 is no limit. Also how long a free connection is waited for. */
  readonly statementTimeoutMs: number;
  /** Milliseconds from which a query is logged. */
  readonly slowQueryMs: number;
}

/** A change of the pool that is prepared and probed, but not in force. */
export interface Reconfiguration {
  /** Puts the new pool in force; the old one closes after its last query. Cannot fail. */
  commit(): void;
  /** Throws the new pool away; after a commit, the former one is in force again. */
  undo(): Promise<void>;
}
