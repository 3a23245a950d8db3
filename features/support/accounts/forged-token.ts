import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyPairKeyObjectResult } from 'node:crypto';

type Json = Record<string, unknown>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
const signed = (head: Json, body: Json, { privateKey }: KeyPairKeyObjectResult): string => {
  const text = `${encode(head)}.${encode(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
};
/** Signs with HS256, with a string as the shared secret. */
const signedBySecret = (head: Json, body: Json, secret: string): string => {
  const text = `${encode({ ...head, alg: 'HS256' })}.${encode(body)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const newKey = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The parts of a token. */
interface Parts {
  readonly token: string;
  readonly head: Json;
  readonly body: Json;
  readonly signature: string;
}

/** How tokens are forged, by their names in steps. */
const forgeries: Readonly<Record<string, (parts: Parts) => string>> = {
  'signed with another key': ({ head, body }) => signed(head, body, newKey()),
  'signed with an empty key': ({ head, body }) => signedBySecret(head, body, ''),
  'signed with its key ID': ({ head, body }) => signedBySecret(head, body, String(head['kid'])),
  'without a signature': ({ head, body }) => `${encode(head)}.${encode(body)}.`,
  'with the algorithm none': ({ head, body }) => `${encode({ ...head, alg: 'none' })}.${encode(body)}.`,
  'with the algorithm None and the original signature': ({ head, body, signature }) =>
    `${encode({ ...head, alg: 'None' })}.${encode(body)}.${signature}`,
  'with the algorithm HS256': ({ head, body, signature }) =>
    `${encode({ ...head, alg: 'HS256' })}.${encode(body)}.${signature}`,
  'with another subject': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, sub: randomUUID() })}.${signature}`,
  'with the role admin added': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, roles: ['user', 'admin'] })}.${signature}`,
  'with a later expiry': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, exp: 9_999_999_999 })}.${signature}`,
  'with an unknown key ID': ({ head, body, signature }) =>
    `${encode({ ...head, kid: randomUUID() })}.${encode(body)}.${signature}`,
  'with a path as the key ID': ({ head, body, signature }) =>
    `${encode({ ...head, kid: '../../../../dev/null' })}.${encode(body)}.${signature}`,
  'with SQL as the key ID': ({ head, body, signature }) =>
    `${encode({ ...head, kid: "' OR 1=1 --" })}.${encode(body)}.${signature}`,
  'without a key ID': ({ head, body, signature }) =>
    `${encode({ ...head, kid: undefined })}.${encode(body)}.${signature}`,
  'with an embedded key': ({ head, body }) => {
    const key = newKey();
    return signed({ ...head, jwk: key.publicKey.export({ format: 'jwk' }) }, body, key);
  },
  'with a header that is not JSON': ({ token }) => token.replace(/^[^.]+/, 'abc'),
  'without its last character': ({ token }) => token.slice(0, -1),
  'with a fourth part': ({ token }) => `${token}.abc`,
  'with only two parts': ({ token }) => token.slice(0, token.lastIndexOf('.')),
  'padded to 10,000 characters': ({ token }) => token + 'A'.repeat(10_000 - token.length),
};

/** Forges a token from a valid one. */
export const forge = (kind: string, token: string): string => {
  const [head = '', body = '', signature = ''] = token.split('.');
  const make = forgeries[kind];
  if (!make) throw new TypeError(`unknown forgery "${kind}"`);
  return make({ token, head: decode(head), body: decode(body), signature });
};

/** Matches the names of all forgeries; longer names first, since one may begin another. */
export const forgeryPattern = Object.keys(forgeries)
  .sort((one, other) => other.length - one.length)
  .join('|');
