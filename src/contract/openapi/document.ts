import {
  createDocument,
  type CreateDocumentOptions,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Contract, ResponseContract, Schema } from '../contract.js';
import { permissionMeanings } from '../permission.js';
import { exampleComponents, exampleReferences } from './examples.js';
import { headerComponents, headerRefs, isSharedHeader, ownHeader } from './headers.js';
import { headerParameters, headerParametersOf } from './parameters.js';
import { errorResponseComponents, errorResponsesOf, problemSchemas } from './problems.js';

/** What each group of operations is for. */
const tagDescriptions: Readonly<Record<string, string>> = {
  auth: 'Registration, login, token refresh, logout, password reset, email verification and magic links.',
  users: 'The account of the current user: profile, password, sessions, personal data.',
  admin:
    'Administration of users, roles, signing keys and the configuration. Each operation names the permission that it requires; without it, the response is 403 `forbidden`.',
  console: 'The operator console: its pages and the session of an operator.',
  greet: 'A small example of a cached and rate-limited resource.',
  pages: 'HTML pages that links in emails open.',
  system: 'Health, readiness, version and public keys. No authentication is required.',
  docs: 'This document, and a page to read it and try the API.',
};

/** The key of the examples of a successful response. */
const exampleKey = ({ operationId }: Contract, status: string): string => `${operationId} ${status}`;

const tagOf = (contract: Contract): string => contract.module.split('/')[0] ?? 'system';

/** `/sessions/:id` in the router is `/sessions/{id}` in OpenAPI. */
const openApiPath = (path: string): string => path.replaceAll(/:([A-Za-z_]+)/g, '{$1}');

const headersOf = (
  contract: Contract,
  { headers = {} }: ResponseContract,
): NonNullable<ZodOpenApiResponseObject['headers']> => {
  const own = Object.entries(headers).filter(([name]) => !isSharedHeader(name));
  return {
    ...headerRefs([
      'X-Request-Id',
      ...(contract.idempotent === true ? (['Idempotency-Replayed'] as const) : []),
      ...(contract.limit === undefined ? [] : (['RateLimit-Policy', 'RateLimit'] as const)),
      ...Object.keys(headers).filter(isSharedHeader),
    ]),
    ...Object.fromEntries(own.map(([name, meaning]) => [name, ownHeader(meaning)])),
  };
};

const contentOf = (contract: Contract, status: string, schema: Schema, contentType: ResponseContract['contentType']) =>
  Object.fromEntries(
    [contentType ?? 'application/json']
      .flat()
      .map((type) => [type, { schema, ...exampleReferences('response', [exampleKey(contract, status)]) }]),
  );

const responsesOf = (contract: Contract): Record<string, ZodOpenApiResponseObject> =>
  Object.fromEntries(
    Object.entries(contract.responses).map(([status, answer]) => [
      status,
      {
        description: answer.description,
        headers: headersOf(contract, answer),
        ...(answer.schema && { content: contentOf(contract, status, answer.schema, answer.contentType) }),
      },
    ]),
  );

const security = { anyone: [], optional: [{}, { bearer: [] }], required: [{ bearer: [] }] };

const callers = {
  anyone: 'No authentication is required.',
  optional: 'Authentication is optional.',
  required: 'Requires an access token.',
};

/** The access requirements of an operation, as text. */
const accessNote = ({ caller, permission }: Contract): string =>
  permission === undefined
    ? callers[caller]
    : `Requires the \`${permission}\` permission (${permissionMeanings[permission]}).`;

const operation = (contract: Contract): ZodOpenApiOperationObject => {
  const parameters = headerParametersOf(contract);
  return {
    operationId: contract.operationId,
    summary: contract.summary,
    description: [contract.description, accessNote(contract)].filter(Boolean).join('\n\n'),
    tags: [tagOf(contract)],
    security: security[contract.caller],
    ...(contract.permission !== undefined && { 'x-permission': contract.permission }),
    requestParams: {
      ...(contract.params && { path: contract.params }),
      ...(contract.query && { query: contract.query }),
    },
    ...(parameters.length > 0 && { parameters }),
    ...(contract.body && {
      // A missing body counts as `{}`.
      requestBody: {
        required: !contract.body.safeParse({}).success,
        content: {
          'application/json': {
            schema: contract.body,
            ...exampleReferences(
              'request',
              Object.keys(contract.responses).map((status) => exampleKey(contract, status)),
            ),
          },
        },
      },
    }),
    responses: { ...responsesOf(contract), ...errorResponsesOf(contract) },
  };
};

/** Removes redundant keywords: patterns next to a format or on integers, and the bounds of safe integers. */
const withoutNoise: CreateDocumentOptions['override'] = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined || jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  delete jsonSchema.propertyNames;
};

const description = `Accounts, logins, sessions and roles for your applications.

- **Authentication**: send the access token of \`POST /api/v1/auth/login\` as \`Authorization: Bearer <token>\`. When it expires, get a new one with \`POST /api/v1/auth/refresh\`.
- **Errors**: every error is \`application/problem+json\` (RFC 9457). Programs should use \`code\`; each response lists the codes that it can contain.
- **Lists**: pass \`next_cursor\` as \`cursor\` to get the next page; it is null on the last page.
- **Concurrent changes**: send the \`ETag\` of what you have read as \`If-Match\`; the response is 412 if it has been changed since.
- **Retries**: operations that create something accept an \`Idempotency-Key\`.`;

/**
 * Creates the OpenAPI 3.1 document for the given endpoints.
 * @param contracts every endpoint of the public listener
 * @param version the version of the service
 * @param server the path under which the service is served (`server.basePath`), and its public origin, if it is known
 */
export const openApiDocument = (
  contracts: readonly Contract[],
  version: string,
  { basePath = '', publicUrl = null }: { readonly basePath?: string; readonly publicUrl?: string | null } = {},
): ReturnType<typeof createDocument> => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const contract of contracts) {
    const item = (paths[openApiPath(contract.path)] ??= {});
    item[contract.method.toLowerCase()] = operation(contract);
  }
  const used = new Set(contracts.map(tagOf));
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall',
      version,
      description,
      contact: { name: 'The operator of this service', ...(publicUrl !== null && { url: publicUrl }) },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: basePath === '' ? '/' : basePath,
        description: 'The server that serves this document, in production, staging or locally.',
        'x-internal': false,
      },
      ...(publicUrl === null
        ? []
        : [
            {
              url: `${publicUrl}${basePath}`,
              description: 'The same server at its public URL (`server.publicUrl`), in production or staging.',
              'x-internal': false,
            },
          ]),
    ],
    tags: Object.entries(tagDescriptions)
      .filter(([name]) => used.has(name))
      .map(([name, text]) => ({ name, description: text }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    paths,
    components: {
      schemas: problemSchemas,
      responses: errorResponseComponents(contracts),
      examples: exampleComponents,
      headers: headerComponents,
      parameters: headerParameters,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token: a JWT (RFC 7519), issued and validated according to RFC8725.',
        },
      },
    },
  };
  return createDocument(document, { override: withoutNoise });
};
