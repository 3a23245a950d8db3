import { createServer, connect, type Server, type Socket } from 'node:net';
import { MessageReader, readString } from './messages.js';
import { StatementLog, type Executed } from './statements.js';

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;

/** A request whose response is awaited. */
interface Pending {
  readonly text: string;
  readonly isSimple: boolean;
  readonly tags: string[];
}

/** A text literal with the value of a bound parameter; null if it was sent in binary format. */
const literal = (value: Buffer | null, isBinary: boolean): string | null => {
  if (value === null) return 'NULL';
  if (isBinary) return null;
  const text = value.toString();
  return text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
};

/** Reads the parameters of a Bind message as literals. */
const readParameters = (body: Buffer, start: number): (string | null)[] => {
  let offset = start;
  const int16 = (): number => body.readInt16BE((offset += 2) - 2);
  const formats = Array.from({ length: int16() }, int16);
  return Array.from({ length: int16() }, (_, index) => {
    const length = body.readInt32BE(offset);
    offset += 4;
    const value = length < 0 ? null : body.subarray(offset, (offset += length));
    return literal(value, (formats.length === 1 ? formats[0] : formats[index]) === 1);
  });
};

/** Follows the statements of one session by the messages of both sides. */
class Session {
  readonly #statements = new Map<string, string>();
  readonly #portals = new Map<string, string | null>();
  readonly #pending: Pending[] = [];
  readonly #log: StatementLog;

  constructor(kept: (Executed | null)[]) {
    this.#log = new StatementLog(kept);
  }

  /** A message of the client. */
  request(type: string, body: Buffer): void {
    if (type === 'Q') this.#pending.push({ text: readString(body, 0).text, isSimple: true, tags: [] });
    else if (type === 'P') {
      const name = readString(body, 0);
      this.#statements.set(name.text, readString(body, name.end).text);
    } else if (type === 'B') {
      const portal = readString(body, 0);
      const statement = readString(body, portal.end);
      const text = this.#statements.get(statement.text) ?? '';
      const values = readParameters(body, statement.end);
      const isBound = values.every((value) => value !== null);
      this.#portals.set(
        portal.text,
        isBound ? text.replaceAll(/\$(\d+)/g, (whole, n: string) => values[Number(n) - 1] ?? whole) : null,
      );
    } else if (type === 'E') {
      this.#pending.push({ text: this.#portals.get(readString(body, 0).text) ?? '', isSimple: false, tags: [] });
    }
  }

  /** A message of the server. */
  respond(type: string, body: Buffer): void {
    const [pending] = this.#pending;
    if (type === 'C' || type === 'I') {
      if (pending === undefined) return;
      if (type === 'C') pending.tags.push(readString(body, 0).text);
      if (!pending.isSimple) this.#finish();
    } else if (type === 'E') {
      // The rest of a batch is skipped up to its end, which ReadyForQuery announces.
      this.#pending.length = 0;
    } else if (type === 'Z') {
      if (pending?.isSimple === true) this.#finish();
    }
  }

  end(): void {
    this.#log.abort();
  }

  #finish(): void {
    const done = this.#pending.shift();
    if (done !== undefined && done.text !== '') this.#log.add(done);
  }
}

/** A TCP server that forwards to PostgreSQL and records the statements that succeed. Tools connect to it as to the server. */
export class RecordingProxy {
  /** Statements in the order of execution; null is the end of a transaction. */
  readonly statements: (Executed | null)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(private readonly upstream: URL) {
    this.#server = createServer((client) => {
      this.#accept(client);
    });
  }

  /** Listens on a free port of the loopback interface. */
  static async open(upstream: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(new URL(upstream));
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** The URL of the database through the proxy. */
  get url(): string {
    const address = this.#server.address();
    const url = new URL(this.upstream);
    url.hostname = '127.0.0.1';
    url.port = String(address !== null && typeof address === 'object' ? address.port : 0);
    url.searchParams.delete('host');
    url.searchParams.set('sslmode', 'disable');
    return url.href.replaceAll('+', '%20');
  }

  /** Number of sessions that are still connected. */
  get openSessions(): number {
    return this.#sockets.size / 2;
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const socketFolder = this.upstream.searchParams.get('host');
    const port = Number(this.upstream.port === '' ? 5432 : this.upstream.port);
    const server = socketFolder?.startsWith('/')
      ? connect(`${socketFolder}/.s.PGSQL.${String(port)}`)
      : connect(port, this.upstream.hostname.replaceAll(/^\[|\]$/g, ''));
    const session = new Session(this.statements);
    const requests = new MessageReader(false, (type, body) => {
      session.request(type, body);
    });
    const responses = new MessageReader(true, (type, body) => {
      session.respond(type, body);
    });
    let isStarted = false;
    client.on('data', (chunk) => {
      const code = !isStarted && chunk.length >= 8 ? chunk.readInt32BE(4) : 0;
      if (code === sslRequest || code === gssRequest) {
        client.write('N');
        return;
      }
      isStarted = true;
      requests.read(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      responses.read(chunk);
      client.write(chunk);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (socket === client) session.end();
        other.end();
      });
    }
  }
}
