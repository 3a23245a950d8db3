import { logLevels } from '../../observability/logger.js';
import { host, origins } from './address.js';
import { boolean, integer, oneOf, optional } from './format.js';
import { instant } from './instant.js';
import { duration } from './quantity.js';
import { setting } from './setting.js';

/** `metrics.*`: the Prometheus listener, apart from the public one. */
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
    doc: 'Which requests are logged: none; those answered with 4xx or 5xx (others only at level debug); or all.',
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

/** `docs.*`: the API documentation that the service itself shows. */
export const docs = {
  enabled: setting(boolean, {
    doc: 'Whether /openapi.json and /docs are served. Otherwise they return 404.',
    class: 'live',
    default: true,
  }),
};

/** `maintenance.*`: answering operators alone, for a while. */
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

/** `api.*`: versions of the HTTP contract. */
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

/** `cors.*`: which web pages may call the API from a browser. */
export const cors = {
  origins: setting(origins, {
    doc: 'Origins whose pages may call the API from a browser, or "*" for all. In the environment variable they are separated by commas.',
    class: 'live',
    default: [],
  }),
};
