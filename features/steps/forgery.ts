import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { defineParameterType } from '@cucumber/cucumber';

type Json = Record<string, unknown>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
const signed = (head: Json, body: Json, { privateKey }: KeyPairKeyObjectResult): string => {
  const text = `${encode(head)}.${encode(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
};
/** Signed with a text as a shared secret, whatever the key of the token is. */
const signedBySecret = (head: Json, body: Json, secret: string): string => {
  const text = `${encode({ ...head, alg: 'HS256' })}.${encode(body)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const newKey = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A token taken apart, for those who would change it. */
interface Parts {
  readonly token: string;
  readonly head: Json;
  readonly body: Json;
  readonly signature: string;
}

/** The ways in which tokens are forged, by how stories tell of them. */
const forgeries: Readonly<Record<string, (parts: Parts) => string>> = {
  'signed with another key': ({ head, body }) => signed(head, body, newKey()),
  'signed with an empty key': ({ head, body }) => signedBySecret(head, body, ''),
  'signed with the name of its key': ({ head, body }) => signedBySecret(head, body, String(head['kid'])),
  'without a signature': ({ head, body }) => `${encode(head)}.${encode(body)}.`,
  'with the algorithm none': ({ head, body }) => `${encode({ ...head, alg: 'none' })}.${encode(body)}.`,
  'with the algorithm None and the old signature': ({ head, body, signature }) =>
    `${encode({ ...head, alg: 'None' })}.${encode(body)}.${signature}`,
  'said to be signed with HS256': ({ head, body, signature }) =>
    `${encode({ ...head, alg: 'HS256' })}.${encode(body)}.${signature}`,
  'for another person': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, sub: randomUUID() })}.${signature}`,
  'with the role admin added': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, roles: ['user', 'admin'] })}.${signature}`,
  'good for ever': ({ head, body, signature }) =>
    `${encode(head)}.${encode({ ...body, exp: 9_999_999_999 })}.${signature}`,
  'under a key that nobody has': ({ head, body, signature }) =>
    `${encode({ ...head, kid: randomUUID() })}.${encode(body)}.${signature}`,
  'under a key named like a path': ({ head, body, signature }) =>
    `${encode({ ...head, kid: '../../../../dev/null' })}.${encode(body)}.${signature}`,
  'under a key named like SQL': ({ head, body, signature }) =>
    `${encode({ ...head, kid: "' OR 1=1 --" })}.${encode(body)}.${signature}`,
  'without the name of its key': ({ head, body, signature }) =>
    `${encode({ ...head, kid: undefined })}.${encode(body)}.${signature}`,
  'bringing a key of its own': ({ head, body }) => {
    const key = newKey();
    return signed({ ...head, jwk: key.publicKey.export({ format: 'jwk' }) }, body, key);
  },
  'with a header that is no JSON': ({ token }) => token.replace(/^[^.]+/, 'abc'),
  'with its last letter cut off': ({ token }) => token.slice(0, -1),
  'with a fourth part': ({ token }) => `${token}.abc`,
  'with two parts only': ({ token }) => token.slice(0, token.lastIndexOf('.')),
  'blown up to 10,000 letters': ({ token }) => token + 'A'.repeat(10_000 - token.length),
};

/** A token as somebody would forge it from a good one. */
export const forge = (kind: string, token: string): string => {
  const [head = '', body = '', signature = ''] = token.split('.');
  const make = forgeries[kind];
  if (!make) throw new TypeError(`there is no forgery "${kind}"`);
  return make({ token, head: decode(head), body: decode(body), signature });
};

defineParameterType({
  name: 'forgery',
  regexp: Object.keys(forgeries).map((kind) => new RegExp(kind.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))),
  transformer: (kind: string) => kind,
});
