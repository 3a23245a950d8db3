import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { rejectionReason } from './connection-rejection.js';
import { ConnectionRejectedError, DatabaseConnectionError, isServerError } from './errors.js';
import { markDisposed, closeConnection, type PgConnection } from './query.js';
import { clientSettings, maxConnectMs, requiredSettings, settingsInOptions, type SessionSettings } from './settings.js';
import { handshakeFailure, isTlsMissing, tlsAttempts, tlsOptions } from './tls.js';
import { parseDatabaseUrl, type ConnectionEnvironment, type DatabaseHost, type DatabaseUrl } from './url.js';

/** Opens one connection. Its later errors are recorded on it instead of becoming uncaught exceptions. */
const openClient = async (settings: pg.ClientConfig): Promise<PgConnection> => {
  const connection: PgConnection = new pg.Client(settings);
  connection.on('error', (error) => {
    markDisposed(connection, error.message);
  });
  connection.on('end', () => {
    markDisposed(connection, 'the connection ended');
  });
  try {
    await connection.connect();
    return connection;
  } catch (error) {
    connection.connection.stream.destroy();
    throw error;
  }
};

/** Under `sslmode=prefer`, how long a server without TLS is remembered, in milliseconds. */
const plaintextMemoryMs = 60_000;

/** invalid_authorization_specification: pg_hba.conf has no matching entry, perhaps only for this type of encryption. */
const invalidAuthorization = '28000';

/** Whether the same host might accept the connection with TLS switched on or off. */
const canRetryWithOtherTls = (error: unknown, withTls: boolean): boolean =>
  (isServerError(error) && error.code === invalidAuthorization) ||
  (withTls && (isTlsMissing(error) || handshakeFailure(error) !== null));

const targetMatchers: Readonly<Record<string, (facts: { isStandby: boolean; isReadOnly: boolean }) => boolean>> = {
  'read-write': ({ isReadOnly }) => !isReadOnly,
  'read-only': ({ isReadOnly }) => isReadOnly,
  primary: ({ isStandby }) => !isStandby,
  standby: ({ isStandby }) => isStandby,
};

const shuffle = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);

/**
 * Opens connections like libpq: tries the hosts of the URL in order, uses TLS according to `sslmode`, and selects servers by
 * `target_session_attrs`.
 */
export class Connector {
  readonly #url: DatabaseUrl;
  readonly #tls: ConnectionOptions;
  /** Hosts that did not offer TLS, and until when to connect to them without it. */
  readonly #plainUntil = new Map<DatabaseHost, number>();
  /**
   * Set if a pooler drops the `options` of the startup packet: each new session then needs another round trip for its
   * settings.
   */
  setsAfterConnect = false;

  /** @throws {DatabaseUrlError} if the URL is invalid, or a file that it names cannot be read */
  constructor(
    url: string,
    private readonly env: ConnectionEnvironment = {},
  ) {
    this.#url = parseDatabaseUrl(url, env);
    this.#tls = tlsOptions(this.#url);
  }

  /** Maximum duration of `open`, in milliseconds. */
  maxConnectMs(session: SessionSettings): number {
    return maxConnectMs(this.#url, session);
  }

  /**
   * Opens one connection.
   * @throws {ConnectionRejectedError} for a permanent rejection; otherwise DatabaseConnectionError or the error of the
   *   server
   */
  async open(session: SessionSettings): Promise<PgConnection> {
    const { hosts, isBalanced, targetSessionAttributes: target } = this.#url;
    const order = isBalanced ? shuffle(hosts) : hosts;
    if (target !== 'prefer-standby') return this.#openFirst(order, target, session);
    try {
      return await this.#openFirst(order, 'standby', session);
    } catch (error) {
      if (error instanceof ConnectionRejectedError) throw error;
      return this.#openFirst(order, 'any', session);
    }
  }

  async #openFirst(hosts: readonly DatabaseHost[], target: string, session: SessionSettings): Promise<PgConnection> {
    let failure: unknown;
    for (const host of hosts) {
      try {
        const connection = await this.#openHost(host, session);
        if (await this.#isWanted(connection, target)) return await this.#prepared(connection, session);
        await closeConnection(connection);
        failure = new DatabaseConnectionError(`no server of the URL is ${target}`);
      } catch (error) {
        const translated = this.#translated(error);
        // Like libpq, try no further hosts once a server has rejected the login.
        if (isServerError(error) && error.code.startsWith('28')) throw translated;
        // If another host is down, the rejection may be temporary.
        if (failure === undefined || failure instanceof ConnectionRejectedError) failure = translated;
      }
    }
    throw failure;
  }

  async #openHost(host: DatabaseHost, session: SessionSettings): Promise<PgConnection> {
    const attempts = tlsAttempts(this.#url, host);
    const isKnownPlain = attempts.length > 1 && (this.#plainUntil.get(host) ?? 0) > performance.now();
    const [first = false, second] = isKnownPlain ? [false, true] : attempts;
    const open = (withTls: boolean): Promise<PgConnection> => {
      // The certificate is verified against the host name, even if an address is given.
      const ssl = withTls && { ...this.#tls, ...(host.address !== undefined && { servername: host.host }) };
      return openClient(clientSettings(this.#url, this.env, { ...session, host, ssl }));
    };
    try {
      return await open(first);
    } catch (error) {
      if (second === undefined || !canRetryWithOtherTls(error, first)) throw error;
      if (isTlsMissing(error)) this.#plainUntil.set(host, performance.now() + plaintextMemoryMs);
      return open(second);
    }
  }

  async #isWanted(connection: PgConnection, target: string): Promise<boolean> {
    const isWanted = targetMatchers[target];
    if (isWanted === undefined) return true;
    const { rows } = await connection.query<{ isStandby: boolean; isReadOnly: boolean }>(
      `SELECT pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only')::boolean AS "isReadOnly"`,
    );
    return rows[0] !== undefined && isWanted(rows[0]);
  }

  async #prepared(connection: PgConnection, session: SessionSettings): Promise<PgConnection> {
    if (!this.setsAfterConnect) return connection;
    const settings = [...settingsInOptions(this.#url.options), ...requiredSettings(session)];
    const calls = settings.map((_, at) => `set_config($${String(2 * at + 1)}, $${String(2 * at + 2)}, false)`);
    try {
      await connection.query(`SELECT ${calls.join(', ')}`, settings.flat());
    } catch (error) {
      connection.connection.stream.destroy();
      throw error;
    }
    return connection;
  }

  #translated(error: unknown): unknown {
    if (error instanceof ConnectionRejectedError) return error;
    const reason = rejectionReason(error, this.#url.sslMode);
    if (reason !== null) return new ConnectionRejectedError(reason, error);
    return isServerError(error) ? error : new DatabaseConnectionError('cannot reach the database', error);
  }
}
