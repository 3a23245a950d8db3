import { boolean, duration, durationOrOff, integer, oneOf } from './format.js';
import { setting } from './setting.js';
import { redisUnavailable } from './stores.js';

/** Defaults of one policy. */
interface Policy {
  /** Completes "Maximum number of … per window". */
  readonly counts: string;
  readonly points: number;
  readonly window: string;
  readonly block: string;
  /** Added to the description of `.block`. */
  readonly note?: string;
}

const policy = ({ counts, points, window, block, note }: Policy) => ({
  points: setting(integer(1, 10_000_000), {
    doc: `Maximum number of ${counts} per window. A change keeps the current counts.`,
    unit: 'attempts',
    class: 'live',
    default: points,
  }),
  // A window of 24.8 days exceeds the maximum delay of a timer (2^31 ms).
  window: setting(duration('1s', '24d'), { doc: 'Length of the window.', class: 'live', default: window }),
  block: setting(durationOrOff('1s', '24d'), {
    doc: `How long a caller over the limit is rejected; off means until the window ends.${note === undefined ? '' : ` ${note}`}`,
    class: 'live',
    default: block,
  }),
});

/** `rateLimit.*`: one policy per operation. Requests are counted per client IP address unless stated otherwise. */
export const rateLimit = {
  enabled: setting(boolean, { doc: 'Whether rate limits are applied.', class: 'live', default: true }),
  store: setting(oneOf(['auto', 'memory'], redisUnavailable), {
    doc: 'Where counts are stored. Memory is the only store in this release, so auto and memory mean the same.',
    class: 'drain',
    default: 'auto',
  }),
  global: policy({ counts: 'requests of any kind from one client address', points: 600, window: '1m', block: 'off' }),
  register: policy({ counts: 'registrations from one client address', points: 10, window: '1h', block: 'off' }),
  login: policy({ counts: 'login attempts from one client address', points: 60, window: '1m', block: 'off' }),
  loginAccount: policy({
    counts:
      'failed login attempts for one submitted name, and for one account under all of its names, from any client address',
    points: 10,
    window: '15m',
    block: '1m',
    note: 'It increases with each further block.',
  }),
  loginPair: policy({
    counts: 'failed login attempts for one submitted name from one client address',
    points: 5,
    window: '15m',
    block: '1m',
  }),
  refresh: policy({ counts: 'token refreshes from one client address', points: 60, window: '1m', block: 'off' }),
  passwordReset: policy({
    counts: 'password reset requests for one submitted name, and of password reset emails to one account',
    points: 3,
    window: '1h',
    block: 'off',
  }),
  mail: policy({ counts: 'emails to one email address', points: 5, window: '1h', block: 'off' }),
  mailRequest: policy({
    counts: 'requests that send mail of any kind from one client address',
    points: 20,
    window: '1h',
    block: 'off',
  }),
  greet: {
    ...policy({ counts: 'greetings from one client address', points: 60, window: '1m', block: 'off' }),
    burst: setting(integer(0, 10_000_000), {
      doc: 'Number of greetings above the limit that are accepted as a burst.',
      unit: 'attempts',
      class: 'live',
      default: 10,
    }),
  },
};
