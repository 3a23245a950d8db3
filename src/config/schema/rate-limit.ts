import { boolean, integer, oneOf } from './format.js';
import { duration, durationOrOff } from './quantity.js';
import { noRedis } from './redis.js';
import { setting } from './setting.js';

/** Defaults of one policy. */
interface Policy {
  /** Completes "… let through in one window". */
  readonly counts: string;
  readonly points: number;
  readonly window: string;
  readonly block: string;
  /** Added to the meaning of `.block`. */
  readonly note?: string;
}

const policy = ({ counts, points, window, block, note }: Policy) => ({
  points: setting(integer(1, 10_000_000), {
    doc: `${counts}, let through in one window. A change keeps what was already counted.`,
    unit: 'attempts',
    class: 'live',
    default: points,
  }),
  // A window of 24.8 days overflows the timers of the memory store (2^31 ms).
  window: setting(duration('1s', '24d'), { doc: 'Length of the window.', class: 'live', default: window }),
  block: setting(durationOrOff('1s', '24d'), {
    doc: `Extra time that a caller over the limit is refused; off is until the window ends.${note === undefined ? '' : ` ${note}`}`,
    class: 'live',
    default: block,
  }),
});

/** `rateLimit.*`: how often something may be done; one policy for each subject, counted by address unless said. */
export const rateLimit = {
  enabled: setting(boolean, { doc: 'Whether limits are applied.', class: 'live', default: true }),
  store: setting(oneOf(['auto', 'memory'], noRedis), {
    doc: 'Where counts live; auto is memory.',
    class: 'drain',
    default: 'auto',
  }),
  global: policy({ counts: 'Requests of any kind from one address', points: 600, window: '1m', block: 'off' }),
  register: policy({ counts: 'Registrations from one address', points: 10, window: '1h', block: 'off' }),
  login: policy({ counts: 'Login attempts from one address', points: 60, window: '1m', block: 'off' }),
  loginAccount: policy({
    counts:
      'Failed login attempts for one submitted name, and for one account under all of its names, from any address',
    points: 10,
    window: '15m',
    block: '1m',
    note: 'It grows with each further block.',
  }),
  loginPair: policy({
    counts: 'Failed login attempts for one submitted name from one address',
    points: 5,
    window: '15m',
    block: '1m',
  }),
  refresh: policy({ counts: 'Token refreshes from one address', points: 60, window: '1m', block: 'off' }),
  passwordReset: policy({
    counts: 'Requests for a new password for one submitted name, and mails for them to one account',
    points: 3,
    window: '1h',
    block: 'off',
  }),
  mail: policy({ counts: 'Mails to one address', points: 5, window: '1h', block: 'off' }),
  mailRequest: policy({
    counts: 'Requests that send mail, all kinds together, from one client IP address',
    points: 20,
    window: '1h',
    block: 'off',
  }),
  greet: {
    ...policy({ counts: 'Greetings of one address', points: 60, window: '1m', block: 'off' }),
    burst: setting(integer(0, 10_000_000), {
      doc: 'Greetings over the limit that are let through as a burst.',
      unit: 'attempts',
      class: 'live',
      default: 10,
    }),
  },
};
