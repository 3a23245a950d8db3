import { closeConnection, runQuery, destroyConnection, type PgConnection, type QueryContext } from './query.js';
import type { SessionSettings } from './settings.js';

/** Options for a connection outside of the pool. */
export interface DirectOptions {
  /** Appended to the application name in pg_stat_activity. */
  readonly name: string;
  /** Timeout for connecting and for each statement, in milliseconds. */
  readonly timeoutMs: number;
  /** Called for each notification of a channel that the connection listens to. */
  readonly onNotification: () => void;
  /** Called when the connection has ended, for whatever reason; it cannot be used afterwards. */
  readonly onEnd: () => void;
}

/** How to connect, and where to report statements. */
interface Target extends Pick<QueryContext, 'log' | 'onReadOnly'> {
  readonly connect: (session: SessionSettings) => Promise<PgConnection>;
  readonly schema?: string | undefined;
  readonly applicationName?: string | undefined;
}

/**
 * A connection outside of the pool, for work that must not queue behind requests and for notifications (LISTEN). It does not
 * reconnect: open a new one when it has ended.
 */
export class DirectConnection {
  private constructor(
    private readonly connection: PgConnection,
    private readonly watch: QueryContext,
  ) {}

  /** @throws a database error if it cannot be opened */
  static async open(
    { connect, schema, applicationName = 'rollcall', log, onReadOnly }: Target,
    { name, timeoutMs, onNotification, onEnd }: DirectOptions,
  ): Promise<DirectConnection> {
    const session = { schema, statementTimeoutMs: timeoutMs, applicationName: `${applicationName} ${name}` };
    const connection = await connect({ ...session, connectTimeoutMs: timeoutMs });
    connection.on('notification', onNotification);
    connection.once('end', onEnd);
    return new DirectConnection(connection, {
      statementTimeoutMs: timeoutMs,
      slowQueryMs: Infinity,
      onReadOnly,
      log,
    });
  }

  /** Adds a listener that is called when the connection has ended. */
  onEnd(listener: () => void): void {
    this.connection.once('end', listener);
  }

  /** Ends the connection at once, whatever it is doing. */
  destroy(reason: string): void {
    destroyConnection(this.connection, reason);
  }

  /**
   * Runs one statement with `$1` placeholders. If the server does not respond in time, the connection is destroyed.
   * @throws a database error, or the error of the server
   */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await runQuery(this.connection, { text, values }, this.watch);
    return rows as Row[];
  }

  /** Closes the connection cleanly. */
  async close(): Promise<void> {
    await closeConnection(this.connection);
  }
}
