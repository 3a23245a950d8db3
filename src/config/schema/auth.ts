import { decimal, hex, integer, list, oneOf, optional, text } from './format.js';
import { duration } from './quantity.js';
import { setting } from './setting.js';

const name = text(1, 255);

/** `auth.*`: tokens, sessions and the keys that sign them. */
export const auth = {
  issuer: setting(name, { doc: 'The iss claim of new access tokens.', class: 'new', default: 'rollcall' }),
  audience: setting(name, { doc: 'The aud claim of new access tokens.', class: 'new', default: 'rollcall' }),
  acceptedIssuers: setting(list(name, 20), {
    doc: 'Further issuers whose tokens are accepted, for a change of auth.issuer without logging people out.',
    class: 'live',
    default: [],
  }),
  acceptedAudiences: setting(list(name, 20), {
    doc: 'Further audiences whose tokens are accepted.',
    class: 'live',
    default: [],
  }),
  access: {
    ttl: setting(duration('1s', '24h'), { doc: 'Lifetime of an access token.', class: 'new', default: '15m' }),
  },
  refresh: {
    ttl: setting(duration('1s', '365d'), {
      doc: 'Lifetime of a refresh token; a session that is not refreshed ends after it.',
      class: 'new',
      default: '30d',
    }),
    absoluteTtl: setting(duration('1s', '730d'), {
      doc: 'Longest life of a session, however often it is refreshed.',
      class: 'new',
      default: '90d',
    }),
    grace: setting(duration('0s', '5m'), {
      doc: 'Time in which a refresh token that was just used gets the same successor again; later reuse ends the session.',
      class: 'live',
      default: '10s',
    }),
  },
  sessions: {
    maxPerAccount: setting(integer(1, 10_000), {
      doc: 'Live sessions that one account may have. A login beyond it ends the oldest session; a lower limit takes effect for an account at its next login.',
      unit: 'sessions',
      class: 'live',
      default: 100,
    }),
  },
  passwordReset: {
    ttl: setting(duration('1s', '7d'), {
      doc: 'How long a code or link for a new password works.',
      class: 'new',
      default: '30m',
    }),
  },
  emailVerification: {
    ttl: setting(duration('1s', '30d'), {
      doc: 'How long a link that proves an address works.',
      class: 'new',
      default: '24h',
    }),
  },
  magicLink: {
    ttl: setting(duration('1s', '24h'), {
      doc: 'How long a link that logs in works.',
      class: 'new',
      default: '15m',
    }),
  },
  stepUp: {
    maxAge: setting(duration('10s', '24h'), {
      doc: 'How recent a sign-in must be for sensitive changes of an account that has no password, such as its e-mail address.',
      class: 'live',
      default: '10m',
    }),
  },
  keys: {
    algorithm: setting(oneOf(['HS256', 'ES256', 'RS256']), {
      doc: 'Algorithm of the key that signs access tokens (RFC 7518, section 3.1). A change makes a new key; the former verifies until its retention ends.',
      class: 'drain',
      default: 'ES256',
    }),
    retentionFactor: setting(decimal(1, 100), {
      doc: 'How many access lifetimes a replaced signing key still verifies tokens.',
      unit: 'access lifetimes',
      class: 'new',
      default: 2,
    }),
    maxRetention: setting(duration('1s', '30d'), {
      doc: 'Longest time that a replaced signing key is kept; only tokens of a lifetime that was lowered lately keep it longer.',
      class: 'new',
      default: '72h',
    }),
    cleanupInterval: setting(duration('1s', '24h'), {
      doc: 'How often signing keys past their retention are removed.',
      class: 'live',
      default: '1h',
    }),
    encryptionKey: setting(optional(hex(32)), {
      doc: 'Key under which signing keys are stored. Required in production; otherwise made once and kept beside the data.',
      class: 'restart',
      default: null,
      secret: true,
      generated: true,
      example: '64 hexadecimal digits, as openssl rand -hex 32 makes them',
    }),
  },
};
