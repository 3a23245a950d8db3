import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP proxy that stands between a pool and the server, and fails as told. */
export interface Proxy {
  /** The URL of the server, by way of the proxy. */
  readonly url: string;
  /** Connections that the proxy holds now. */
  open(): number;
  /** Breaks every connection and refuses new ones, as a server that is gone. */
  down(): Promise<void>;
  /** Takes connections again, on the same port. */
  up(): Promise<void>;
  /** Keeps connections open and forwards nothing any more, as a machine that hangs. */
  hang(): void;
  /** Forwards again, what was held back first. */
  resume(): void;
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

type Pair = readonly [Socket, Socket];

const join = ([client, upstream]: Pair): void => {
  client.pipe(upstream).pipe(client);
};

const part = ([client, upstream]: Pair): void => {
  client.unpipe(upstream);
  upstream.unpipe(client);
};

/** Starts a proxy to the server of a database URL, on a free port of 127.0.0.1. */
export const startProxy = async (target: string): Promise<Proxy> => {
  const url = new URL(target);
  const port = Number(url.port);
  const host = url.hostname;
  const pairs = new Set<Pair>();
  let hangs = false;

  const accept = (client: Socket): void => {
    const pair = [client, connect(port, host)] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const side of pair) side.destroy();
      });
    }
    if (!hangs) join(pair);
  };

  let server = createServer(accept);
  await listen(server, 0);
  const own = (server.address() as AddressInfo).port;
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const pair of pairs) for (const side of pair) side.destroy();
    });
  url.port = String(own);
  return {
    url: url.href,
    open: () => pairs.size,
    down,
    up: async () => {
      server = createServer(accept);
      await listen(server, own);
    },
    hang: () => {
      hangs = true;
      for (const pair of pairs) part(pair);
    },
    resume: () => {
      hangs = false;
      for (const pair of pairs) join(pair);
    },
    close: down,
  };
};
