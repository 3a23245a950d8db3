import type { oas31 } from 'zod-openapi';

const text = (description: string, example: string): oas31.HeaderObject => ({
  description,
  schema: { type: 'string' },
  example,
});

/** Response headers that several operations share: `components.headers`. */
const shared = {
  'X-Request-Id': text(
    'Id of the request, for support and log search: the `X-Request-Id` of the request if it is a valid token of at most 128 characters, otherwise a new one.',
    '0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
  ),
  'Idempotency-Replayed': text(
    '`true` if the response is the stored response to an earlier request with the same `Idempotency-Key`; otherwise absent.',
    'true',
  ),
  'RateLimit-Policy': text(
    'Quota (`q`) and window in seconds (`w`) of the policy (draft-ietf-httpapi-ratelimit-headers-10); absent if the operation has no limit besides the global one, except with a 429.',
    '"login";q=60;w=60',
  ),
  RateLimit: text(
    'Remaining requests (`r`) and seconds until the quota is full again (`t`) (draft-ietf-httpapi-ratelimit-headers-10).',
    '"login";r=59;t=42',
  ),
  'Accept-Encoding': text(
    'The content codings that are supported, if that of the body is not (RFC 9110, 15.5.16).',
    'gzip, deflate, br, identity',
  ),
  'Retry-After': text('Seconds to wait before the next attempt (RFC 9110, 10.2.3).', '30'),
  'WWW-Authenticate': text('The challenge of the Bearer scheme (RFC 6750, 3).', 'Bearer error="invalid_token"'),
  'X-Cache': text('`HIT` if the response comes from the cache, otherwise `MISS`.', 'HIT'),
  ETag: text('Version of the representation, for `If-Match` and `If-None-Match` (RFC 9110, 8.8.3).', '"8"'),
} satisfies Record<string, oas31.HeaderObject>;

/** A header of `components.headers`. */
export type SharedHeader = keyof typeof shared;

/** Header names are not valid as component names in every generator: `X-Request-Id` becomes `XRequestId`. */
const componentName = (header: string): string => header.replaceAll('-', '');

/** `components.headers`. */
export const headerComponents: Readonly<Record<string, oas31.HeaderObject>> = Object.fromEntries(
  Object.entries(shared).map(([name, header]) => [componentName(name), header]),
);

/** References to shared headers, by header name. */
export const headerRefs = (names: readonly SharedHeader[]): Record<string, oas31.ReferenceObject> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${componentName(name)}` }]));

/** Whether a header is described once for all operations. */
export const isSharedHeader = (name: string): name is SharedHeader => Object.hasOwn(shared, name);

/** A header that only one operation sends. */
export const ownHeader = (description: string): oas31.HeaderObject => ({ description, schema: { type: 'string' } });
