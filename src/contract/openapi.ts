import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import { z } from 'zod';
import { problems } from '../errors/codes.js';
import { refusalsOf, type AnswerContract, type Contract } from './contract.js';
import { Problem } from './system.js';

/** What each group of endpoints is for. */
const tagDescriptions: Readonly<Record<string, string>> = {
  auth: 'Register, log in, refresh, log out.',
  users: 'The own account, its sessions and greetings.',
  admin: 'Accounts, roles, the audit trail; each endpoint names the permission that it asks for.',
  greet: 'The smallest cached and limited route.',
  pages: 'Where the links in mails lead.',
  system: 'Health, readiness, version, keys.',
  docs: 'This document and a page to read it.',
};

const tagOf = (contract: Contract): string => contract.at.split('/')[0] ?? 'system';

/** `/sessions/:id` in the router is `/sessions/{id}` in OpenAPI. */
const openApiPath = (path: string): string => path.replaceAll(/:([A-Za-z_]+)/g, '{$1}');

const header = (description: string): { description: string; schema: { type: 'string' } } => ({
  description,
  schema: { type: 'string' },
});

const requestId = header('The request id: the one sent, when it is a sane token, else a new one.');

const limitHeaders = {
  'RateLimit-Policy': header('Quota and window in seconds (IETF draft-ietf-httpapi-ratelimit-headers-10).'),
  RateLimit: header('What remains of the quota, and the seconds until it is whole again.'),
};

const headersOf = (contract: Contract, answer: AnswerContract): Record<string, ReturnType<typeof header>> => ({
  'X-Request-Id': requestId,
  ...(contract.idempotent === true && { 'Idempotency-Replayed': header('`true` on an answer that is replayed.') }),
  ...(contract.limit !== undefined && limitHeaders),
  ...Object.fromEntries(Object.entries(answer.headers ?? {}).map(([name, meaning]) => [name, header(meaning)])),
});

const answersOf = (contract: Contract): ZodOpenApiOperationObject['responses'] =>
  Object.fromEntries(
    Object.entries(contract.answers).map(([status, answer]) => [
      status,
      {
        description: answer.description,
        headers: headersOf(contract, answer),
        ...(answer.schema && { content: { [answer.contentType ?? 'application/json']: { schema: answer.schema } } }),
      },
    ]),
  );

/** One response for each status that an endpoint can refuse with, naming the codes behind it. */
const refusalResponses = (contract: Contract): ZodOpenApiOperationObject['responses'] => {
  const codesByStatus = new Map<number, string[]>();
  for (const code of refusalsOf(contract)) {
    const { status } = problems[code];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...codesByStatus]
      .filter(([status]) => !(status in contract.answers))
      .map(([status, codes]) => [
        String(status),
        {
          description: `Refused: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
          headers: {
            'X-Request-Id': requestId,
            ...(status === 401 && { 'WWW-Authenticate': header('Bearer (RFC 6750).') }),
            ...((status === 429 || status === 503) && { 'Retry-After': header('Seconds to wait.') }),
          },
          content: { 'application/problem+json': { schema: Problem } },
        },
      ]),
  );
};

const security = { anyone: [], optional: [{}, { bearer: [] }], required: [{ bearer: [] }] };

const idempotencyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description: 'The same key and body within 24 hours replay the first answer.',
  }),
});

const condition = (meaning: string) => z.string().optional().meta({ description: meaning });

const ifMatch = z.object({
  'If-Match': condition(
    'Entity tags, or `*`: the write is refused with 412 unless one of them is that of what is there.',
  ),
});

const ifNoneMatch = z.object({
  'If-None-Match': condition('Entity tags, or `*`: 304 without a body if one of them is that of the answer.'),
});

/** The header parameters that follow from what an endpoint promises. */
const headerParameters = (contract: Contract): z.ZodObject | undefined => {
  const parts = [
    ...(contract.idempotent === true ? [idempotencyHeader] : []),
    ...(contract.refusals.includes('precondition_failed') ? [ifMatch] : []),
    ...(304 in contract.answers ? [ifNoneMatch] : []),
  ];
  return parts.length === 0
    ? undefined
    : z.object(Object.assign({}, ...parts.map(({ shape }) => shape)) as z.ZodRawShape);
};

const requestParams = (contract: Contract): NonNullable<ZodOpenApiOperationObject['requestParams']> => {
  const header = headerParameters(contract);
  return {
    ...(contract.params && { path: contract.params }),
    ...(contract.query && { query: contract.query }),
    ...(header && { header }),
  };
};

const operation = (contract: Contract): ZodOpenApiOperationObject => ({
  operationId: contract.at.replaceAll('/', '.'),
  summary: contract.summary,
  tags: [tagOf(contract)],
  security: security[contract.caller],
  ...(contract.permission !== undefined && { 'x-permission': contract.permission }),
  requestParams: requestParams(contract),
  ...(contract.body && {
    // A missing body counts as `{}`.
    requestBody: {
      required: !contract.body.safeParse({}).success,
      content: { 'application/json': { schema: contract.body } },
    },
  }),
  responses: { ...answersOf(contract), ...refusalResponses(contract) },
});

/**
 * Makes the OpenAPI 3.1 document of the given endpoints.
 * @param contracts every endpoint of the public listener
 * @param version the version of the service
 */
export const openApiDocument = (contracts: readonly Contract[], version: string): ReturnType<typeof createDocument> => {
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
      description: 'User management: accounts, logins, sessions. Every error is application/problem+json (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tagDescriptions)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
  return createDocument(document);
};
