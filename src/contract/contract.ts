import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import type { Permission } from './permission.js';

/** Any schema. */
export type Schema = z.ZodType;

/** A schema of named fields: paths and queries. */
export type ObjectSchema = z.ZodObject;

/** The parsed output of a schema. */
export type Parsed<S> = S extends z.ZodType ? z.output<S> : unknown;

/** The body of an endpoint without input: empty, or `{}`. */
export const NoBody = z.strictObject({});

/** The HTTP methods that the contract uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One declared response: its description, the schema of its body if any, and its headers. */
export interface ResponseContract {
  readonly description: string;
  readonly schema?: Schema;
  /** Media type of a body that is not JSON; several if it depends on the resource. */
  readonly contentType?: string | readonly string[];
  /** Headers of this response in addition to those of every response: name to description. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who may call: anyone, anyone with or without a bearer token, or only with one. */
export type CallerContract = 'anyone' | 'optional' | 'required';

/** The contract of one endpoint. Its validation, types and documentation are derived from it. */
export interface Contract {
  readonly method: Method;
  /** The path in the router's syntax: `/api/v1/auth/sessions/:id`. */
  readonly path: string;
  /** The file of the handler in `src/handlers`, without extension. */
  readonly module: string;
  /** A lowerCamelCase verb, which names the function in generated clients: `requestPasswordReset`. */
  readonly operationId: string;
  readonly summary: string;
  /** Behaviour beyond the summary, in Markdown. The document adds the required permission. */
  readonly description: string;
  readonly caller: CallerContract;
  /** The permission that the caller needs, if any: `users:read`. */
  readonly permission?: Permission;
  readonly body?: Schema;
  readonly query?: ObjectSchema;
  readonly params?: ObjectSchema;
  readonly responses: Readonly<Record<number, ResponseContract>>;
  /** Its specific error codes. `errorsOf` adds those that follow from the other fields. */
  readonly errors: readonly ErrorCode[];
  /** The rate-limit policy, in addition to the global one. */
  readonly limit?: string;
  /** Whether `Idempotency-Key` is honoured. */
  readonly idempotent?: boolean;
  /** Whether it is exempt from the global rate limit: the health routes. */
  readonly unlimited?: boolean;
  /** Whether it stays available during maintenance and its handler rejects users without a permission: login, refresh. */
  readonly admitsOperators?: boolean;
}

/**
 * Who can use an endpoint during maintenance: `everyone` for health checks, for the keys and metadata that services
 * need to verify tokens, and for administration and the console, which have their own permissions; `operators` for all
 * others, checked before the handler; `entering operators` if the handler itself checks.
 */
export const duringMaintenance = (contract: Contract): 'everyone' | 'operators' | 'entering operators' => {
  if (contract.admitsOperators === true) return 'entering operators';
  const isPublic = /^\/(?:api\/v1\/admin\/|\.well-known\/|console(?:\/|$))/.test(contract.path);
  return isPublic || contract.unlimited === true ? 'everyone' : 'operators';
};

/** Whether a path parameter can be invalid. NUL is invalid in every validated parameter. */
const canBeInvalid = (params: ObjectSchema): boolean =>
  !params.safeParse(Object.fromEntries(Object.keys(params.shape).map((name) => [name, '\u0000']))).success;

/**
 * Every error code that an endpoint can return: the declared ones, and those that follow from its other fields.
 */
export const errorsOf = (contract: Contract): ErrorCode[] => {
  const codes = new Set<ErrorCode>(contract.errors);
  codes.add('bad_request');
  codes.add('internal_error');
  if (contract.unlimited !== true) {
    codes.add('rate_limited');
    codes.add('service_unavailable');
  }
  if (contract.caller === 'required') codes.add('unauthorized');
  if (contract.caller !== 'anyone') codes.add('invalid_token');
  if (duringMaintenance(contract) !== 'everyone') codes.add('maintenance');
  // During maintenance, a token is validated even if the endpoint requires none, since operators may continue.
  if (duringMaintenance(contract) === 'operators') codes.add('invalid_token');
  if (contract.permission !== undefined) codes.add('forbidden');
  if (contract.method !== 'GET') {
    for (const code of ['malformed_json', 'bad_encoding', 'payload_too_large', 'unsupported_media_type'] as const) {
      codes.add(code);
    }
  }
  const hasFreePath = contract.params === undefined || !canBeInvalid(contract.params);
  if (contract.method !== 'GET' || contract.query || !hasFreePath) codes.add('validation_failed');
  if (contract.idempotent === true) {
    codes.add('idempotency_key_reused');
    codes.add('idempotency_key_in_use');
  }
  return [...codes];
};
