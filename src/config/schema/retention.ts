import { duration, durationOrOff } from './quantity.js';
import { setting } from './setting.js';

/** `users.*`: how long accounts are kept that were deleted or are not used. */
export const users = {
  deletionGrace: setting(duration('1s', '3650d'), {
    doc: 'How long a deleted account can be restored; it is erased for good after that, and its name is free again.',
    class: 'live',
    default: '30d',
  }),
  inactiveRetention: setting(durationOrOff('1d', '3650d'), {
    doc: 'How long an account may go unused before its owner is warned by mail that it will be deleted; off keeps it. Blocked accounts and the last administrator are kept.',
    class: 'live',
    default: 'off',
  }),
  inactiveNotice: setting(duration('1h', '365d'), {
    doc: 'Time between that warning and the deletion; a login meanwhile keeps the account. Accounts without a verified address cannot be warned, and get the same time.',
    class: 'live',
    default: '30d',
  }),
  cleanupInterval: setting(duration('1s', '24h'), {
    doc: 'How often what is past its time is removed: deleted accounts, unused accounts, expired sessions and tokens, greetings, old mail, audit partitions.',
    class: 'live',
    default: '1h',
  }),
  greetingRetention: setting(duration('1s', '3650d'), {
    doc: 'How long the history of greetings is kept.',
    class: 'live',
    default: '90d',
  }),
};

/** `audit.*` */
export const audit = {
  retention: setting(durationOrOff('1d', '3650d'), {
    doc: 'How long audit events are kept; whole months are dropped once every event in them is older. Off keeps them.',
    class: 'live',
    default: 'off',
  }),
};
