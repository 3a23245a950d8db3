import { asText, valid, outOfRange, type Format } from './format.js';
import { setting } from './setting.js';

/** Part of every message about a Redis setting. */
export const redisUnavailable = 'the Redis store is not available in this release';

/** Accepts only null, because this release has no Redis store. */
const unavailable: Format<null> = {
  expects: `null; ${redisUnavailable}`,
  parse: (raw) => (raw === null ? valid(null) : outOfRange),
  fromText: asText,
  show: (value) => value,
};

/** `redis.*`: reserved for a shared store. */
export const redis = {
  url: setting(unavailable, {
    doc: 'Reserved for the URL of a Redis server. No value is accepted in this release.',
    class: 'drain',
    default: null,
    secret: true,
  }),
};
