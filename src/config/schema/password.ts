import { availableParallelism } from 'node:os';
import { integer, list, optional, text } from './format.js';
import { setting } from './setting.js';

/** `password.*`: what a new password must be, and how it is hashed (NIST SP 800-63B-4, section 3.1.1.2). */
export const password = {
  minLength: setting(integer(8, 128), {
    doc: 'Minimum length of a new password, in code points.',
    unit: 'code points',
    class: 'live',
    default: 15,
  }),
  maxLength: setting(integer(64, 1024), {
    doc: 'Maximum length of a new password, in code points.',
    unit: 'code points',
    class: 'live',
    default: 256,
  }),
  bcryptCost: setting(integer(10, 15), {
    doc: "Cost of new password hashes; each step doubles the work. After an increase, a password is rehashed at its owner's next login. After a decrease, existing hashes keep their cost.",
    unit: 'binary logarithm of the number of rounds',
    class: 'new',
    default: 12,
  }),
  pepper: setting(optional(text(16, 1024)), {
    doc: 'Secret that is mixed into every password hash. Required in production; otherwise it is generated once and stored in the data directory. Passwords cannot be verified without it. To replace it, list the previous pepper in password.previousPeppers; otherwise the service refuses to start.',
    class: 'restart',
    default: null,
    secret: true,
    generated: true,
    example: 'at least 16 characters; generate it with openssl rand -hex 32',
  }),
  previousPeppers: setting(list(text(1, 1024), 10), {
    doc: 'Previous peppers, whose hashes still verify. At the next login, such a password is rehashed with password.pepper. To replace a pepper, see docs/operations/security.md.',
    class: 'live',
    default: [],
    secret: true,
    mask: (peppers) => `${String(peppers.length)} values (redacted)`,
  }),
};

const maxHashes = 64;

/** `security.*`: how much work at once. */
export const security = {
  hashConcurrency: setting(integer(1, maxHashes), {
    doc: 'Maximum number of concurrent password hashes. More than the number of cores does not increase throughput and slows down everything else. At most one less than the number of libuv threads (UV_THREADPOOL_SIZE), which is 68 under `npm start`, in the container image, and with Node 24 and newer, and otherwise 4.',
    unit: 'hashes',
    class: 'live',
    default: () => Math.min(availableParallelism(), maxHashes),
    defaultText: 'the number of cores',
    example: '2',
  }),
  hashQueueLimit: setting(integer(1, 100_000), {
    doc: 'Maximum number of waiting password hashes. Requests above it get 503 with Retry-After.',
    unit: 'hashes',
    class: 'live',
    default: 256,
  }),
};
