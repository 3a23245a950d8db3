import { host, origin } from './address.js';
import { integer, optional, text } from './format.js';
import { duration, size } from './quantity.js';
import { setting } from './setting.js';

/** The path of a Unix socket; in the environment, `null` disables it. */
const socketPath = { ...optional(text(1, 4096)), fromText: (path: string) => (path === 'null' ? null : path) };

/** `server.*`: the public listener, and the socket for administration. */
export const server = {
  host: setting(host, {
    doc: 'Address that the service listens on.',
    class: 'restart',
    default: '127.0.0.1',
    alias: 'HOST',
  }),
  port: setting(integer(0, 65_535), {
    doc: 'Port that the service listens on; 0 picks a free one and says it in the first log line.',
    class: 'restart',
    default: 8080,
    alias: 'PORT',
  }),
  publicUrl: setting(optional(origin), {
    doc: 'Origin under which people reach the service; links are built from it. Without it, the listening address; mail.transport smtp needs it.',
    class: 'live',
    default: null,
    example: 'https://accounts.example.org',
  }),
  bodyLimit: setting(size('1kb', '10mb'), {
    doc: 'Largest request body, counted after decompression.',
    class: 'live',
    default: '100kb',
  }),
  trustedProxyHops: setting(integer(0, 10), {
    doc: 'How many proxies in front of the service are trusted, counted from the right end of X-Forwarded-For.',
    unit: 'proxies',
    class: 'live',
    default: 0,
  }),
  drainDelay: setting(duration('0s', '5m'), {
    doc: 'Time after SIGTERM in which the service says that it is not ready and still accepts requests, so that load balancers can take it out; server.shutdownTimeout begins after it. 8s in config/production.yaml.',
    class: 'live',
    default: '0s',
  }),
  shutdownTimeout: setting(duration('1s', '10m'), {
    doc: 'Time that requests in flight get to finish after SIGTERM and server.drainDelay.',
    class: 'live',
    default: '10s',
  }),
  headersTimeout: setting(duration('1s', '10m'), {
    doc: 'Time that a client has to send the headers of a request.',
    class: 'live',
    default: '10s',
  }),
  requestTimeout: setting(duration('1s', '10m'), {
    doc: 'Time that a client has to send a whole request.',
    class: 'live',
    default: '30s',
  }),
  keepAliveTimeout: setting(duration('1s', '10m'), {
    doc: 'Time that an idle connection is kept; longer than that of the load balancer in front.',
    class: 'live',
    default: '65s',
  }),
  adminSocket: setting(socketPath, {
    doc: 'Unix socket for the commands status, doctor and config, readable and writable by the user of the service only; relative to the working directory. null disables it.',
    class: 'restart',
    default: '.data/admin.sock',
  }),
};
