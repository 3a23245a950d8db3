import { asText, good, outOfRange, type Format } from './format.js';
import { setting } from './setting.js';

/** What every fault says that comes of asking for Redis. */
export const noRedis = 'the Redis store is not available in this release';

/** Nothing but null, until there is a store behind it. */
const notYet: Format<null> = {
  expects: `null (${noRedis})`,
  parse: (raw) => (raw === null ? good(null) : outOfRange),
  fromText: asText,
  show: (value) => value,
};

/** `redis.*`: the store that instances will share. */
export const redis = {
  url: setting(notYet, {
    doc: 'Address of the Redis server. Any address is refused, until a release has the store.',
    class: 'drain',
    default: null,
    secret: true,
  }),
};
