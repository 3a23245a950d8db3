import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP proxy in front of a database server that can simulate failures. */
export interface Proxy {
  /** Database URL that connects through the proxy. */
  readonly url: string;
  /** Number of open connections. */
  connectionCount(): number;
  /** Closes all connections and refuses new ones, like a stopped server. */
  down(): Promise<void>;
  /** Accepts connections again, on the same port. */
  up(): Promise<void>;
  /** Keeps connections open but stops forwarding data, like a server that isHanging. */
  hang(): void;
  /** Forwards data again, starting with the delayed data. */
  resume(): void;
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

type Pair = readonly [Socket, Socket];

const forward = ([client, upstream]: Pair): void => {
  client.pipe(upstream).pipe(client);
};

const disconnect = ([client, upstream]: Pair): void => {
  client.unpipe(upstream);
  upstream.unpipe(client);
};

/** Starts a proxy for the server of a database URL, on a free port of 127.0.0.1. */
export const startProxy = async (target: string): Promise<Proxy> => {
  const url = new URL(target);
  const port = Number(url.port);
  const host = url.hostname;
  const pairs = new Set<Pair>();
  let isHanging = false;

  const accept = (client: Socket): void => {
    const pair = [client, connect(port, host)] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const socket of pair) socket.destroy();
      });
    }
    if (!isHanging) forward(pair);
  };

  let server = createServer(accept);
  await listen(server, 0);
  const proxyPort = (server.address() as AddressInfo).port;
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    });
  url.port = String(proxyPort);
  return {
    url: url.href,
    connectionCount: () => pairs.size,
    down,
    up: async () => {
      server = createServer(accept);
      await listen(server, proxyPort);
    },
    hang: () => {
      isHanging = true;
      for (const pair of pairs) disconnect(pair);
    },
    resume: () => {
      isHanging = false;
      for (const pair of pairs) forward(pair);
    },
    close: down,
  };
};
