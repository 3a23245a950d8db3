import { decimal, hex, integer, list, oneOf, optional, text } from './format.js';
import { duration } from './quantity.js';
import { setting } from './setting.js';

const name = text(1, 255);

/** `auth.*`: tokens, sessions and the keys that sign them. */
export const auth = {
  issuer: setting(name, { doc: 'The iss claim of new access tokens.', class: 'new', default: 'rollcall' }),
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
      doc: 'Lifetime of links that verify an e-mail address.',
      class: 'new',
      default: '24h',
    }),
  },
  magicLink: {
    ttl: setting(duration('1s', '24h'), {
      doc: 'Lifetime of magic links (login by e-mail).',
      class: 'new',
      default: '15m',
    }),
  },
  stepUp: {
    maxAge: setting(duration('10s', '24h'), {
      doc: 'Maximum age of the last sign-in for sensitive changes to an account without a password, such as changing its e-mail address.',
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
