import { asText, good, outOfRange, type Format } from './format.js';
import { setting } from './setting.js';

/** Part of every message about a Redis setting. */
export const noRedis = 'the Redis store is not available in this release';

/** Accepts only null, because this release has no Redis store. */
const notYet: Format<null> = {
  expects: `null; ${noRedis}`,
  parse: (raw) => (raw === null ? good(null) : outOfRange),
  fromText: asText,
  show: (value) => value,
};

/** `redis.*`: reserved for a shared store. */
export const redis = {
  url: setting(notYet, {
    doc: 'Reserved for the URL of a Redis server. No value is accepted in this release.',
    class: 'drain',
    default: null,
    secret: true,
  }),
};
