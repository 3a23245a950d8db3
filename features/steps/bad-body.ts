import { deflateSync, gzipSync } from 'node:zlib';
import { When } from '@cucumber/cucumber';
import type { ApiResponse, RollcallWorld, SendOptions } from '../support/world.js';
import { named } from './odd-value.js';

const json = { 'Content-Type': 'application/json' };
const good = JSON.stringify({ refresh_token: 'a token' });

/** One body of a request that is wrong in itself, with the fields that describe it. */
type BadBody = readonly [rawBody: string | Buffer, headers: Record<string, string>];

/** Bodies that no reader should accept, by how stories tell of them. */
const badBodies: Readonly<Record<string, BadBody>> = {
  'plain text': [good, { 'Content-Type': 'text/plain' }],
  'a form': ['refresh_token=a', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  'a multipart form': ['--x--', { 'Content-Type': 'multipart/form-data; boundary=x' }],
  'JSON under an unknown type': [good, { 'Content-Type': 'application/jsonp' }],
  'JSON in UTF-16': [Buffer.from(good, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }],
  'JSON in Latin-1': [good, { 'Content-Type': 'application/json; charset=iso-8859-1' }],
  'JSON without a type': [good, { 'Content-Type': '' }],
  'JSON in an unknown encoding': [good, { ...json, 'Content-Encoding': 'compress' }],
  'a field given twice': ['{"refresh_token":"a","refresh_token":"b"}', json],
  'a field given twice, once escaped': ['{"refresh_token":"a","refresh\\u005ftoken":"b"}', json],
  'a nested field given twice': ['{"a":[{"b":{}},{"refresh_token":"}","refresh_token":1}]}', json],
  'half of an object': ['{"refresh_token":', json],
  'an object in single quotes': ["{'refresh_token':'a'}", json],
  'an object with a comma too many': ['{"refresh_token":"a",}', json],
  'an object with a comment': ['{"refresh_token":"a"/* b */}', json],
  'two objects': [`${good}${good}`, json],
  'a number that is none': ['{"refresh_token":NaN}', json],
  'bytes that are no UTF-8': [Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), json],
  'a raw NUL': ['{"refresh_token":"\u0000"}', json],
  'only spaces': ['   ', json],
  '100,000 brackets': ['['.repeat(100_000), json],
  'plain JSON said to be gzip': [good, { ...json, 'Content-Encoding': 'gzip' }],
  'plain JSON said to be deflate': [good, { ...json, 'Content-Encoding': 'deflate' }],
  'plain JSON said to be brotli': [good, { ...json, 'Content-Encoding': 'br' }],
  'half of a gzip': [gzipSync(good).subarray(0, 20), { ...json, 'Content-Encoding': 'gzip' }],
  'half of a deflate': [deflateSync(good).subarray(0, 10), { ...json, 'Content-Encoding': 'deflate' }],
  '1 MB': [`{"refresh_token":"${'a'.repeat(1_000_000)}"}`, json],
  '1 MB in chunks': [`{"refresh_token":"${'a'.repeat(1_000_000)}"}`, { ...json, 'Transfer-Encoding': 'chunked' }],
  '10 MB in a gzip of 10 kB': [
    gzipSync(`{"refresh_token":"${'a'.repeat(10_000_000)}"}`),
    { ...json, 'Content-Encoding': 'gzip' },
  ],
  'a list': ['["refresh_token"]', json],
  'a text': ['"refresh_token"', json],
  'a number': ['42', json],
  null: ['null', json],
  nothing: ['', json],
  'a list inside lists, 10,000 deep': [`{"refresh_token":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, json],
  'a field too many': ['{"refresh_token":"a","admin":true}', json],
  'a field __proto__': ['{"refresh_token":"a","__proto__":{"admin":true}}', json],
  'a field constructor': ['{"refresh_token":"a","constructor":{"prototype":{}}}', json],
  'the field in capitals': ['{"REFRESH_TOKEN":"a"}', json],
  'an object for the token': ['{"refresh_token":{"$ne":null}}', json],
  'a list for the token': ['{"refresh_token":["a"]}', json],
  'a number for the token': ['{"refresh_token":1e999}', json],
  'null for the token': ['{"refresh_token":null}', json],
};

/** The body that stories call so, as it is sent; undefined for a name that means none. */
export const findBadBody = (name: string): Pick<SendOptions, 'rawBody' | 'headers'> | undefined => {
  const [rawBody, headers] = badBodies[name] ?? [];
  return rawBody !== undefined && headers !== undefined ? { rawBody, headers } : undefined;
};

const sendBody = (world: RollcallWorld, name: string): Promise<ApiResponse> => {
  const found = findBadBody(name);
  if (!found) throw new TypeError(`there is no bad body "${name}"`);
  return world.send('POST', '/api/v1/auth/refresh', found);
};

When('somebody asks for new tokens and sends {}', async function (this: RollcallWorld, name: string) {
  await sendBody(this, name);
});

When('somebody asks for new tokens in a gzip', async function (this: RollcallWorld) {
  await this.send('POST', '/api/v1/auth/refresh', {
    rawBody: gzipSync(good),
    headers: { ...json, 'Content-Encoding': 'gzip' },
  });
});

When(
  'a client without an access token logs out and sends {string}',
  async function (this: RollcallWorld, rawBody: string) {
    await this.send('POST', '/api/v1/auth/logout', { rawBody, headers: json });
  },
);

When('{word} logs out and sends {string}', async function (this: RollcallWorld, name: string, rawBody: string) {
  await this.send('POST', '/api/v1/auth/logout', { as: name, rawBody, headers: json });
});

When(
  'somebody registers with {odd value} as {word}',
  async function (this: RollcallWorld, value: string, field: string) {
    const { username, password } = this.user('Somebody');
    await this.send('POST', '/api/v1/auth/register', { body: { username, password, [field]: named(value) } });
  },
);

When('somebody registers without a {word}', async function (this: RollcallWorld, field: string) {
  const { username, password } = this.user('Somebody');
  await this.send('POST', '/api/v1/auth/register', { body: { username, password, [field]: undefined } });
});

When('somebody registers and says {string} too', async function (this: RollcallWorld, json: string) {
  const { username, password } = this.user('Somebody');
  const rawBody = JSON.stringify({ username, password }).replace(/\}$/, `,${json}}`);
  await this.send('POST', '/api/v1/auth/register', { rawBody });
});

When('somebody registers with everything wrong', async function (this: RollcallWorld) {
  const body = { username: 'a', password: 7, email: 'nowhere', description: '\u0000', admin: true };
  await this.send('POST', '/api/v1/auth/register', { body });
});

When('somebody logs in with {odd value} as {word}', async function (this: RollcallWorld, value: string, field: string) {
  const { username, password } = this.user('Somebody');
  await this.send('POST', '/api/v1/auth/login', { body: { username, password, [field]: named(value) } });
});
