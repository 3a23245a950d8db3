import { basePath, fileMode, listenAddress, origin } from './address.js';
import { integer, optional, text } from './format.js';
import { duration, size } from './quantity.js';
import { setting } from './setting.js';

/** The path of a Unix socket; in the environment, `null` disables it. */
const socketPath = { ...optional(text(1, 4096)), fromText: (path: string) => (path === 'null' ? null : path) };

/** `server.*`: the public listener, and the socket for administration. */
export const server = {
  host: setting(listenAddress, {
    doc: 'Address on which the service listens, or unix:/path of a Unix socket; server.port is ignored then. Behind such a socket, the address of a client is the one in X-Forwarded-For (server.trustedProxyHops), or 0.0.0.0.',
    class: 'restart',
    default: '127.0.0.1',
    alias: 'HOST',
  }),
  port: setting(integer(0, 65_535), {
    doc: 'Port on which the service listens. With 0, a free port is chosen and written to the first log line.',
    class: 'restart',
    default: 8080,
    alias: 'PORT',
  }),
  socketMode: setting(fileMode, {
    doc: 'File mode of the Unix socket, if server.host is one: who may connect needs write permission.',
    class: 'restart',
    default: '0660',
  }),
  basePath: setting(basePath, {
    doc: 'Path under which a proxy serves the service, in links, Location headers and the API document. The proxy may remove it from requests or leave it there.',
    class: 'live',
    default: '',
  }),
  publicUrl: setting(optional(origin), {
    doc: 'Public origin of the service; links are built from it. Without it, the listening address is used. Required when mail.transport is smtp.',
    class: 'live',
    default: null,
    example: 'https://accounts.example.org',
  }),
  bodyLimit: setting(size('1kb', '10mb'), {
    doc: 'Maximum size of a request body after decompression.',
    class: 'live',
    default: '100kb',
  }),
  trustedProxyHops: setting(integer(0, 10), {
    doc: 'Number of trusted proxies in front of the service, counted from the right end of X-Forwarded-For.',
    unit: 'proxies',
    class: 'live',
    default: 0,
  }),
  drainDelay: setting(duration('0s', '5m'), {
    doc: 'Time after SIGTERM during which the service reports that it is not ready but still accepts requests, so that load balancers can remove it. server.shutdownTimeout starts after it. 8s in config/production.yaml.',
    class: 'live',
    default: '0s',
  }),
  shutdownTimeout: setting(duration('1s', '10m'), {
    doc: 'Time for requests in flight to finish after SIGTERM and server.drainDelay.',
    class: 'live',
    default: '10s',
  }),
  headersTimeout: setting(duration('1s', '10m'), {
    doc: 'Maximum time for a client to send the headers of a request.',
    class: 'live',
    default: '10s',
  }),
  requestTimeout: setting(duration('1s', '10m'), {
    doc: 'Maximum time for a client to send a complete request.',
    class: 'live',
    default: '30s',
  }),
  keepAliveTimeout: setting(duration('1s', '10m'), {
    doc: 'How long idle connections are kept open. It should exceed the idle timeout of the load balancer in front.',
    class: 'live',
    default: '65s',
  }),
  adminSocket: setting(socketPath, {
    doc: 'Unix socket for the commands status, doctor and config, readable and writable by the user of the service only; relative to the working directory. null disables it.',
    class: 'restart',
    default: '.data/admin.sock',
  }),
};
