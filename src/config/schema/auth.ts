import { availableParallelism } from 'node:os';
import { decimal, duration, hex, integer, list, oneOf, optional, text } from './format.js';
import { setting } from './setting.js';

const name = text(1, 255);

/** `auth.*`: tokens, sessions and the keys that sign them. */
export const auth = {
  issuer: setting(name, {
    doc: 'The iss claim of new access tokens. Clients that use RFC 8414 metadata require the https URL of the service here, with its base path.',
    class: 'new',
    default: 'rollcall',
  }),
  audience: setting(name, { doc: 'The aud claim of new access tokens.', class: 'new', default: 'rollcall' }),
  acceptedIssuers: setting(list(name, 20), {
    doc: 'Additional issuers whose tokens are accepted. Use it to change auth.issuer without ending sessions.',
    class: 'live',
    default: [],
  }),
  acceptedAudiences: setting(list(name, 20), {
    doc: 'Additional audiences whose tokens are accepted.',
    class: 'live',
    default: [],
  }),
  access: {
    ttl: setting(duration('1s', '24h'), { doc: 'Lifetime of an access token.', class: 'new', default: '15m' }),
  },
  refresh: {
    ttl: setting(duration('1s', '365d'), {
      doc: 'Lifetime of a refresh token. A session that is not refreshed within this time ends.',
      class: 'new',
      default: '30d',
    }),
    absoluteTtl: setting(duration('1s', '730d'), {
      doc: 'Maximum lifetime of a session, regardless of how often it is refreshed.',
      class: 'new',
      default: '90d',
    }),
    grace: setting(duration('0s', '5m'), {
      doc: 'Time after the first use of a refresh token during which the same successor is returned again. Later reuse ends the session.',
      class: 'live',
      default: '10s',
    }),
  },
  sessions: {
    maxPerAccount: setting(integer(1, 10_000), {
      doc: 'Maximum number of active sessions per account. A login above the limit ends the oldest session. A lower limit applies to an account at its next login.',
      unit: 'sessions',
      class: 'live',
      default: 100,
    }),
  },
  passwordReset: {
    ttl: setting(duration('1s', '7d'), {
      doc: 'Lifetime of password reset codes and links.',
      class: 'new',
      default: '30m',
    }),
  },
  emailVerification: {
    ttl: setting(duration('1s', '30d'), {
      doc: 'Lifetime of links that verify an email address.',
      class: 'new',
      default: '24h',
    }),
  },
  magicLink: {
    ttl: setting(duration('1s', '24h'), {
      doc: 'Lifetime of magic links (login by email).',
      class: 'new',
      default: '15m',
    }),
  },
  stepUp: {
    maxAge: setting(duration('10s', '24h'), {
      doc: 'Maximum age of the last login for sensitive changes to an account without a password, such as changing its email address.',
      class: 'live',
      default: '10m',
    }),
  },
  keys: {
    algorithm: setting(oneOf(['HS256', 'ES256', 'RS256']), {
      doc: 'Algorithm of the key that signs access tokens (RFC 7518, section 3.1). A change creates a new key. The previous key verifies tokens until its retention ends.',
      class: 'drain',
      default: 'ES256',
    }),
    retentionFactor: setting(decimal(1, 100), {
      doc: 'How long a replaced signing key continues to verify tokens, as a multiple of auth.access.ttl.',
      unit: 'access token lifetimes',
      class: 'new',
      default: 2,
    }),
    maxRetention: setting(duration('1s', '30d'), {
      doc: 'Maximum time that a replaced signing key is kept. It is kept longer only for tokens that were issued before auth.access.ttl was lowered.',
      class: 'new',
      default: '72h',
    }),
    cleanupInterval: setting(duration('1s', '24h'), {
      doc: 'Interval at which signing keys past their retention are removed.',
      class: 'live',
      default: '1h',
    }),
    encryptionKey: setting(optional(hex(32)), {
      doc: 'Key that encrypts the signing keys in the database. Required in production; otherwise it is generated once and stored in the data directory.',
      class: 'restart',
      default: null,
      secret: true,
      generated: true,
      example: '64 hexadecimal digits; generate them with openssl rand -hex 32',
    }),
  },
};

/** `password.*`: requirements for new passwords, and how they are hashed (NIST SP 800-63B-4, section 3.1.1.2). */
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

/** `security.*`: limits of password hashing. */
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
    doc: 'Maximum number of waiting password hashes. Further requests get 503 with Retry-After.',
    unit: 'hashes',
    class: 'live',
    default: 256,
  }),
};
