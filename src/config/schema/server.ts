import { Instant } from '../../contract/instant.js';
import { logLevels } from '../../observability/logger.js';
import { samplerTypes } from '../../observability/tracing/trace-settings.js';
import {
  boolean,
  decimal,
  duration,
  integer,
  oneOf,
  optional,
  size,
  text,
  valid,
  wrongType,
  type Format,
} from './format.js';
import { basePath, fileMode, host, httpUrl, listenAddress, origin, origins } from './network-formats.js';
import { setting } from './setting.js';

const readInstant = (raw: string): number | undefined => Instant.safeParse(raw).data?.getTime();

/** A point in time as an RFC 3339 timestamp with an offset; milliseconds since 1970 in code. */
const instant: Format<number> = {
  expects: 'an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00',
  unit: 'milliseconds since 1970',
  json: { type: 'string', format: 'date-time' },
  parse: (raw) => {
    if (typeof raw !== 'string') return wrongType();
    const value = readInstant(raw);
    if (value !== undefined) return valid(value);
    const whole = `${raw.replace(' ', 'T')}Z`;
    return wrongType(readInstant(whole) === undefined ? undefined : whole);
  },
  fromText: (text) => text,
  show: (value) => new Date(value).toISOString(),
};

/** The path of a Unix socket; in the environment, `null` disables it. */
const socketPath = { ...optional(text(1, 4096)), fromText: (path: string) => (path === 'null' ? null : path) };

/** `server.*`: the public listener and the admin socket. */
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
    doc: 'File mode of the Unix socket, if server.host is one; clients need write permission to connect.',
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

/** `metrics.*`: the Prometheus listener. */
export const metrics = {
  enabled: setting(boolean, {
    doc: 'Whether metrics are served on a separate listener.',
    class: 'restart',
    default: true,
  }),
  host: setting(host, { doc: 'Address of the metrics listener.', class: 'restart', default: '127.0.0.1' }),
  port: setting(integer(0, 65_535), {
    doc: 'Port of the metrics listener. With 0, a free port is chosen.',
    class: 'restart',
    default: 9464,
  }),
};

/** `logging.*` */
export const logging = {
  access: setting(oneOf(['off', 'errors', 'all']), {
    doc: 'Which requests are logged: none; those with a 4xx or 5xx response (others only at level debug); or all.',
    class: 'live',
    default: 'errors',
  }),
  clientIp: setting(oneOf(['full', 'truncated', 'none']), {
    doc: 'How request lines show the client IP address: in full; truncated to /24 (IPv4) or /48 (IPv6); or not at all.',
    class: 'live',
    default: 'truncated',
  }),
  level: setting(oneOf(logLevels), {
    doc: 'Minimum severity of log lines that are written.',
    class: 'live',
    default: 'info',
  }),
  override: {
    level: setting(optional(oneOf(logLevels)), {
      doc: 'Temporary log level that replaces logging.level until logging.override.until.',
      class: 'live',
      default: null,
      example: 'debug',
    }),
    until: setting(optional(instant), {
      doc: 'Time at which logging.level takes effect again, without an edit or a restart.',
      class: 'live',
      default: null,
      example: '2026-01-31T12:00:00Z',
    }),
  },
};

/** `docs.*`: the API documentation. */
export const docs = {
  enabled: setting(boolean, {
    doc: 'Whether /openapi.json and /docs are served. Otherwise they return 404.',
    class: 'live',
    default: true,
  }),
};

/** `maintenance.*`: maintenance mode. */
export const maintenance = {
  enabled: setting(boolean, {
    doc: 'Whether the service is in maintenance mode: only health routes, the administration API and users with at least one permission are served. All other requests get 503 maintenance.',
    class: 'live',
    default: false,
  }),
  retryAfter: setting(duration('1s', '1d'), {
    doc: 'Value of Retry-After during maintenance.',
    class: 'live',
    default: '30s',
  }),
};

/** `api.*`: versions of the API. */
export const api = {
  v2Enabled: setting(boolean, {
    doc: 'Whether the routes under /api/v2 are served. Otherwise they return 404 api_version_disabled.',
    class: 'live',
    default: false,
  }),
};

/** `registration.*` */
export const registration = {
  open: setting(boolean, {
    doc: 'Whether new users can register. Otherwise registration returns 403 registration_closed.',
    class: 'live',
    default: true,
  }),
};

/** `cors.*`: web pages that may call the API from a browser. */
export const cors = {
  origins: setting(origins, {
    doc: 'Origins whose pages may call the API from a browser, or "*" for all. In the environment variable they are separated by commas.',
    class: 'live',
    default: [],
  }),
};

/** `telemetry.*`: traces, sent to an OpenTelemetry collector. */
export const telemetry = {
  enabled: setting(boolean, {
    doc: 'Whether requests are traced and traces are sent to a collector.',
    class: 'live',
    default: false,
  }),
  endpoint: setting(httpUrl, {
    doc: 'Base URL of the collector. Traces are sent to /v1/traces below it, as OTLP over HTTP in JSON.',
    class: 'drain',
    default: 'http://127.0.0.1:4318',
  }),
  serviceName: setting(text(1, 100), {
    doc: 'Name of this service in traces (service.name).',
    class: 'live',
    default: 'rollcall',
  }),
  sampler: {
    type: setting(oneOf(samplerTypes), {
      doc: 'Which traces are recorded. Samplers that start with parentbased follow the decision of the caller, if there is one.',
      class: 'live',
      default: 'parentbased_traceidratio',
    }),
    ratio: setting(decimal(0, 1), {
      doc: 'Fraction of traces that the traceidratio samplers record.',
      unit: 'fraction',
      class: 'live',
      default: 1,
    }),
  },
};
