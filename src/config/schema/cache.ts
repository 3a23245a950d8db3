import { boolean, oneOf } from './format.js';
import { duration } from './quantity.js';
import { redisUnavailable } from './redis.js';
import { setting } from './setting.js';

const ttl = (what: string, value: string) =>
  setting(duration('100ms', '7d'), { doc: `How long ${what} is cached.`, class: 'live', default: value });

/** `cache.*`: answers and records that are kept for a while. */
export const cache = {
  enabled: setting(boolean, { doc: 'Whether responses and records are cached.', class: 'live', default: true }),
  store: setting(oneOf(['auto', 'memory'], redisUnavailable), {
    doc: 'Where cached values are stored; auto means memory.',
    class: 'drain',
    default: 'auto',
  }),
  ttl: {
    greet: ttl('a greeting', '60s'),
    version: ttl('the response of /api/version', '60s'),
    info: ttl('the response of /api/info', '5s'),
    user: ttl('a user record', '30s'),
  },
};
