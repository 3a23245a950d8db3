import knexFactory, { type Knex } from 'knex';
import type pg from 'pg';
import { DatabaseConnectionError, isServerError, PoolExhaustedError } from './errors.js';
import { closeConnection, runQuery, type PgConnection, type QueryContext } from './query.js';

/** The part of knex's pool (tarn) that is used here. */
interface Tarn {
  readonly destroyed: boolean;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
  on(event: 'createFail', handler: (id: number, error: Error) => void): void;
  on(event: 'createSuccess', handler: () => void): void;
  on(event: 'acquireSuccess', handler: (id: number, connection: KnexConnection) => void): void;
  on(event: 'release', handler: (connection: KnexConnection) => void): void;
}

/** Knex's PostgreSQL client with its public connection methods, which the types of knex declare as `any`. */
export interface KnexClient {
  readonly pool: Tarn | undefined;
  acquireConnection(): Promise<KnexConnection>;
  releaseConnection(connection: KnexConnection): Promise<void>;
  /** Opens a connection outside of the pool. */
  acquireRawConnection(): Promise<KnexConnection>;
  destroyRawConnection(connection: KnexConnection): Promise<void>;
  validateConnection(connection: KnexConnection): Promise<boolean>;
}

type KnexClientClass = new (config: Knex.Config) => KnexClient;

/** Knex's PostgreSQL client class. */
const PostgresClient = (knexFactory({ client: 'pg' }).client as { constructor: unknown })
  .constructor as KnexClientClass;

/** A connection as knex uses it; its statements are measured and have a timeout. */
export class KnexConnection {
  constructor(
    readonly connection: PgConnection,
    private readonly context: QueryContext,
  ) {}

  /** Runs a statement of knex. */
  query(
    { text, values, name }: pg.QueryConfig<unknown[]>,
    callback: (error: unknown, result?: pg.QueryResult) => void,
  ): void {
    const statement = { text, values: values ?? [], ...(name !== undefined && { name }) };
    runQuery(this.connection, statement, this.context).then((result) => {
      callback(null, result);
    }, callback);
  }
}

/**
 * Creates a PostgreSQL client for knex that opens connections with `connect`.
 * @param open the open connections, which the client maintains
 */
export const knexClient = (
  connect: () => Promise<PgConnection>,
  open: Set<PgConnection>,
  context: QueryContext,
): typeof Knex.Client => {
  // Knex copies the prototype for transactions, so methods cannot use instance fields.
  const client: KnexClientClass = class extends PostgresClient {
    override async acquireConnection(): Promise<KnexConnection> {
      // Otherwise the caller would wait until the timeout.
      if (this.pool === undefined || this.pool.destroyed) throw new DatabaseConnectionError('the pool is closed');
      try {
        return await super.acquireConnection();
      } catch (error) {
        // Knex adds the values of the query to its own timeout error.
        if (error instanceof knexFactory.KnexTimeoutError) throw new PoolExhaustedError();
        if (isServerError(error) || error instanceof DatabaseConnectionError) throw error;
        throw new DatabaseConnectionError('could not get a connection from the pool', error);
      }
    }

    override async acquireRawConnection(): Promise<KnexConnection> {
      const connection = await connect();
      open.add(connection);
      connection.once('end', () => open.delete(connection));
      return new KnexConnection(connection, context);
    }

    override destroyRawConnection({ connection }: KnexConnection): Promise<void> {
      return closeConnection(connection);
    }

    override validateConnection({ connection }: KnexConnection): Promise<boolean> {
      return Promise.resolve(connection.disposed === undefined);
    }
  };
  return client as unknown as typeof Knex.Client;
};

/** The client of a knex instance that was created with `knexClient`. */
export const clientOf = (knex: Knex): KnexClient => knex.client as KnexClient;
