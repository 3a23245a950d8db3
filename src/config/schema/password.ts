import { availableParallelism } from 'node:os';
import { integer, list, optional, text } from './format.js';
import { setting } from './setting.js';

/** `password.*`: what a new password must be, and how it is hashed (NIST SP 800-63B-4, section 3.1.1.2). */
export const password = {
  minLength: setting(integer(8, 128), {
    doc: 'Fewest characters of a new password, in code points.',
    unit: 'code points',
    class: 'live',
    default: 15,
  }),
  maxLength: setting(integer(64, 1024), {
    doc: 'Most characters of a new password, in code points.',
    unit: 'code points',
    class: 'live',
    default: 256,
  }),
  bcryptCost: setting(integer(10, 15), {
    doc: "Cost of new password hashes, each step doubles it. After an increase, each password is hashed again at its owner's next login; after a decrease, existing hashes keep their cost.",
    unit: 'the exponent of 2 of the rounds',
    class: 'new',
    default: 12,
  }),
  pepper: setting(optional(text(16, 1024)), {
    doc: 'Secret that is mixed into every password hash. Required in production; otherwise made once and kept beside the data. Passwords cannot be verified without it. The service does not start with a pepper other than the one that the database was used with, unless that one is listed in password.previousPeppers.',
    class: 'restart',
    default: null,
    secret: true,
    generated: true,
    example: '16 characters and more, as openssl rand -hex 32 makes them',
  }),
  previousPeppers: setting(list(text(1, 1024), 10), {
    doc: 'Former peppers, whose hashes still verify; at the next login, such a password is hashed again with password.pepper. Used to replace a pepper, see docs/operations.md.',
    class: 'live',
    default: [],
    secret: true,
    mask: (peppers) => `${String(peppers.length)} values, not shown`,
  }),
};

const maxHashes = 64;

/** `security.*`: how much work at once. */
export const security = {
  hashConcurrency: setting(integer(1, maxHashes), {
    doc: 'Password hashes at once; more than the processor has cores gains nothing and slows everything else. At most one less than the threads of libuv (UV_THREADPOOL_SIZE): 68 under `npm start`, in the image, and with Node 24 and newer; otherwise 4.',
    unit: 'hashes',
    class: 'live',
    default: () => Math.min(availableParallelism(), maxHashes),
    defaultText: 'the number of cores',
    example: '2',
  }),
  hashQueueLimit: setting(integer(1, 100_000), {
    doc: 'Password hashes that may wait; one more is answered 503 with Retry-After.',
    unit: 'hashes',
    class: 'live',
    default: 256,
  }),
};
