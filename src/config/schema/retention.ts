import { duration, durationOrOff } from './quantity.js';
import { setting } from './setting.js';

/** `users.*`: how long accounts are kept that were deleted or are not used. */
export const users = {
  deletionGrace: setting(duration('1s', '3650d'), {
    doc: 'How long a deleted account can be restored. After that it is erased permanently and its username becomes available again.',
    class: 'live',
    default: '30d',
  }),
  inactiveRetention: setting(durationOrOff('1d', '3650d'), {
    doc: 'Time of inactivity after which the owner of an account is warned by e-mail that it will be deleted; off keeps inactive accounts. Blocked accounts and the last administrator are never deleted.',
    class: 'live',
    default: 'off',
  }),
  inactiveNotice: setting(duration('1h', '365d'), {
    doc: 'Time between the warning and the deletion. A login during this time keeps the account. Accounts without a verified address cannot be warned but get the same time.',
    class: 'live',
    default: '30d',
  }),
  cleanupInterval: setting(duration('1s', '24h'), {
    doc: 'Interval at which expired data is removed: deleted and inactive accounts, expired sessions and tokens, greetings, old mail, audit partitions.',
    class: 'live',
    default: '1h',
  }),
  greetingRetention: setting(duration('1s', '3650d'), {
    doc: 'How long greetings are kept.',
    class: 'live',
    default: '90d',
  }),
};

/** `audit.*` */
export const audit = {
  retention: setting(durationOrOff('1d', '3650d'), {
    doc: 'How long audit events are kept. A month is removed once all of its events are older. off keeps all of them.',
    class: 'live',
    default: 'off',
  }),
};
