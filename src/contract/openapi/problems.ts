import type { oas31, ZodOpenApiResponseObject } from 'zod-openapi';
import { problems, type ErrorCode } from '../../errors/codes.js';
import { errorsOf, type Contract } from '../contract.js';
import { fieldErrorCodes } from '../issues.js';
import { exampleReferences, pascalCase } from './examples.js';
import { headerRefs } from './headers.js';
import { ConfigFault } from '../config.js';

const ref = (name: string): oas31.ReferenceObject => ({ $ref: `#/components/schemas/${name}` });

/** A problem with one of these codes. Generated clients turn them into a union of literals. */
const problemWith = (
  codes: readonly ErrorCode[],
  fields: Readonly<Record<string, oas31.SchemaObject>> = {},
): oas31.SchemaObject => ({
  type: 'object',
  allOf: [ref('Problem')],
  properties: { code: { type: 'string', enum: [...codes] }, ...fields },
  required: ['code', ...Object.keys(fields)],
});

const Problem: oas31.SchemaObject = {
  type: 'object',
  description: 'Problem details (RFC 9457), the body of every error. Other members may be added.',
  properties: {
    type: { type: 'string', format: 'uri', description: '`urn:rollcall:problem:<code>`.' },
    title: { type: 'string', description: 'The kind of problem, the same for each occurrence of a code.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What happened in this request.' },
    instance: { type: 'string', description: 'The path of the request.' },
    code: { type: 'string', description: 'The kind of problem, for programs. Codes are added, never renamed.' },
    request_id: { type: 'string', description: 'The `X-Request-Id` of the response.' },
    retry_after: { type: 'integer', minimum: 0, description: 'Seconds to wait, the same as in `Retry-After`.' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
};

const FieldError: oas31.SchemaObject = {
  type: 'object',
  description: 'One invalid field of the request.',
  properties: {
    path: {
      type: 'string',
      description: 'Name of the field as a JSON pointer (RFC 6901), empty for the whole body.',
      examples: ['/username'],
    },
    code: { type: 'string', enum: [...fieldErrorCodes], description: 'What is wrong with it, for programs.' },
    message: { type: 'string', description: 'What is wrong with it, for people.', examples: ['is required'] },
  },
  required: ['path', 'code', 'message'],
};

/** Schemas of errors: `components.schemas`. */
export const problemSchemas = {
  Problem,
  FieldError,
  ConfigFault,
  ValidationProblem: problemWith(['validation_failed'], { errors: { type: 'array', items: ref('FieldError') } }),
  ConfigProblem: problemWith(['invalid_config'], { errors: { type: 'array', items: ref('ConfigFault') } }),
};

/** Schemas of codes with additional fields. */
const schemaOfCode: Readonly<Partial<Record<ErrorCode, string>>> = {
  validation_failed: 'ValidationProblem',
  invalid_config: 'ConfigProblem',
};

const schemaOf = (codes: readonly ErrorCode[]): oas31.SchemaObject | oas31.ReferenceObject => {
  const named = codes.flatMap((code) => schemaOfCode[code] ?? []);
  const others = codes.filter((code) => schemaOfCode[code] === undefined);
  const [first, ...more] = [...named.map(ref), ...(others.length === 0 ? [] : [problemWith(others)])];
  return first !== undefined && more.length === 0 ? first : { oneOf: [...(first ? [first] : []), ...more] };
};

/** Names of the sets of codes that many operations share; another set is named after its codes. */
const setNames: Readonly<Record<string, string>> = {
  'bad_encoding bad_request malformed_json': 'MalformedRequest',
  'invalid_token unauthorized': 'NotAuthenticated',
  'insufficient_user_authentication invalid_token unauthorized': 'NotRecentlyAuthenticated',
  'idempotency_key_in_use idempotency_key_reused': 'IdempotencyConflict',
  'idempotency_key_in_use idempotency_key_reused username_taken': 'UsernameConflict',
  'idempotency_key_in_use idempotency_key_reused role_exists': 'RoleConflict',
  'maintenance service_unavailable': 'Unavailable',
  'maintenance overloaded service_unavailable': 'UnavailableOrOverloaded',
};

const nameOf = (codes: readonly ErrorCode[]): string =>
  setNames[[...codes].sort().join(' ')] ?? codes.map(pascalCase).join('Or');

const describe = (codes: readonly ErrorCode[]): string =>
  codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' ');

const errorHeaders = ({ status, codes, isLimited }: CodeSet): NonNullable<ZodOpenApiResponseObject['headers']> =>
  headerRefs([
    'X-Request-Id',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 415 ? (['Accept-Encoding'] as const) : []),
    ...(status === 429 || isLimited ? (['RateLimit-Policy', 'RateLimit'] as const) : []),
    ...(status === 429 || status === 503 || codes.includes('idempotency_key_in_use') ? (['Retry-After'] as const) : []),
  ]);

/** The codes that an operation can return with one status. */
interface CodeSet {
  readonly status: number;
  readonly codes: readonly ErrorCode[];
  /** Whether the operation has a rate limit besides the global one, whose headers are sent with errors too. */
  readonly isLimited: boolean;
  /** Whether an invalid token is only detected during maintenance, since the operation does not require a token. */
  readonly onlyDuringMaintenance: boolean;
}

const codeSetsOf = (contract: Contract): CodeSet[] => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(contract)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus]
    .filter(([status]) => !(status in contract.responses))
    .map(([status, codes]) => ({
      status,
      codes,
      isLimited: contract.limit !== undefined,
      onlyDuringMaintenance:
        codes.join() === 'invalid_token' && contract.caller === 'anyone' && !contract.errors.includes('invalid_token'),
    }));
};

const componentOf = ({ codes, onlyDuringMaintenance }: CodeSet): string =>
  `${nameOf(codes)}${onlyDuringMaintenance ? 'DuringMaintenance' : ''}`;

const maintenanceNote =
  'Only while the service is under maintenance, when callers with a permission may use it: the access token that was sent is invalid.';

/** The error responses of all operations, one for each set of codes: `components.responses`. */
export const errorResponseComponents = (contracts: readonly Contract[]): Record<string, ZodOpenApiResponseObject> =>
  Object.fromEntries(
    contracts
      .flatMap(codeSetsOf)
      // Limited operations last: a response that they share with others has their headers too.
      .sort((one, other) => Number(one.isLimited) - Number(other.isLimited))
      .map((set): [string, ZodOpenApiResponseObject] => [
        componentOf(set),
        {
          description: set.onlyDuringMaintenance ? `\`invalid_token\`. ${maintenanceNote}` : describe(set.codes),
          headers: errorHeaders(set),
          content: {
            'application/problem+json': { schema: schemaOf(set.codes), ...exampleReferences('response', set.codes) },
          },
        },
      ])
      .sort(([one], [other]) => one.localeCompare(other)),
  );

/** References to the error responses of one operation, by status. */
export const errorResponsesOf = (contract: Contract): Record<string, oas31.ReferenceObject> =>
  Object.fromEntries(
    codeSetsOf(contract).map((set) => [String(set.status), { $ref: `#/components/responses/${componentOf(set)}` }]),
  );
