import { deflateSync, gzipSync } from 'node:zlib';
import type { SendOptions } from '../world.js';

const json = { 'Content-Type': 'application/json' };
const good = JSON.stringify({ refresh_token: 'a token' });

/** A request body with its headers. */
type Body = readonly [rawBody: string | Buffer, headers: Record<string, string>];

/** Bodies by their names in steps; all but the last are invalid. */
const bodies: Readonly<Record<string, Body>> = {
  'plain text': [good, { 'Content-Type': 'text/plain' }],
  'a form': ['refresh_token=a', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  'a multipart form': ['--x--', { 'Content-Type': 'multipart/form-data; boundary=x' }],
  'JSON with an unknown media type': [good, { 'Content-Type': 'application/jsonp' }],
  'JSON in UTF-16': [Buffer.from(good, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }],
  'JSON in Latin-1': [good, { 'Content-Type': 'application/json; charset=iso-8859-1' }],
  'JSON without a media type': [good, { 'Content-Type': '' }],
  'JSON with an unknown content coding': [good, { ...json, 'Content-Encoding': 'compress' }],
  'a duplicate member': ['{"refresh_token":"a","refresh_token":"b"}', json],
  'a duplicate member, once escaped': ['{"refresh_token":"a","refresh\\u005ftoken":"b"}', json],
  'a nested duplicate member': ['{"a":[{"b":{}},{"refresh_token":"}","refresh_token":1}]}', json],
  'a truncated object': ['{"refresh_token":', json],
  'an object in single quotes': ["{'refresh_token':'a'}", json],
  'an object with a trailing comma': ['{"refresh_token":"a",}', json],
  'an object with a comment': ['{"refresh_token":"a"/* b */}', json],
  'two objects': [`${good}${good}`, json],
  NaN: ['{"refresh_token":NaN}', json],
  'invalid UTF-8': [Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), json],
  'a raw NUL': ['{"refresh_token":"\u0000"}', json],
  'only spaces': ['   ', json],
  '100,000 brackets': ['['.repeat(100_000), json],
  'plain JSON labeled gzip': [good, { ...json, 'Content-Encoding': 'gzip' }],
  'plain JSON labeled deflate': [good, { ...json, 'Content-Encoding': 'deflate' }],
  'plain JSON labeled brotli': [good, { ...json, 'Content-Encoding': 'br' }],
  'truncated gzip': [gzipSync(good).subarray(0, 20), { ...json, 'Content-Encoding': 'gzip' }],
  'truncated deflate': [deflateSync(good).subarray(0, 10), { ...json, 'Content-Encoding': 'deflate' }],
  '1 MB': [`{"refresh_token":"${'a'.repeat(1_000_000)}"}`, json],
  '1 MB in chunks': [`{"refresh_token":"${'a'.repeat(1_000_000)}"}`, { ...json, 'Transfer-Encoding': 'chunked' }],
  '10 MB in 10 kB of gzip': [
    gzipSync(`{"refresh_token":"${'a'.repeat(10_000_000)}"}`),
    { ...json, 'Content-Encoding': 'gzip' },
  ],
  'an array': ['["refresh_token"]', json],
  'a string': ['"refresh_token"', json],
  'a number': ['42', json],
  null: ['null', json],
  'an empty body': ['', json],
  'arrays nested 10,000 deep': [`{"refresh_token":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, json],
  'an unknown member': ['{"refresh_token":"a","admin":true}', json],
  'a __proto__ member': ['{"refresh_token":"a","__proto__":{"admin":true}}', json],
  'a constructor member': ['{"refresh_token":"a","constructor":{"prototype":{}}}', json],
  'the member in capitals': ['{"REFRESH_TOKEN":"a"}', json],
  'an object as the token': ['{"refresh_token":{"$ne":null}}', json],
  'an array as the token': ['{"refresh_token":["a"]}', json],
  'a number as the token': ['{"refresh_token":1e999}', json],
  'null as the token': ['{"refresh_token":null}', json],
  'valid gzip': [gzipSync(good), { ...json, 'Content-Encoding': 'gzip' }],
};

/** The body with this name, or undefined. */
export const findBody = (name: string): Pick<SendOptions, 'rawBody' | 'headers'> | undefined => {
  const [rawBody, headers] = bodies[name] ?? [];
  return rawBody !== undefined && headers !== undefined ? { rawBody, headers } : undefined;
};
