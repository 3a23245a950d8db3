import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import type { Permission } from './permission.js';

/** A schema, whatever it describes. */
export type Schema = z.ZodType;

/** A schema of named fields: paths and queries. */
export type ObjectSchema = z.ZodObject;

/** What a schema makes of its input. */
export type Parsed<S> = S extends z.ZodType ? z.output<S> : unknown;

/** The body of an endpoint that takes none: nothing, or `{}`. */
export const NoBody = z.strictObject({});

/** The HTTP methods that the contract uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One declared answer: what it is for, its schema unless it has no body, and what stands in its headers. */
export interface AnswerContract {
  readonly description: string;
  readonly schema?: Schema;
  /** Media type of a body that is not JSON. */
  readonly contentType?: string;
  /** Headers that this answer carries besides those of every answer: name to meaning. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who may call: anyone, anyone with or without a bearer token, or only with one. */
export type CallerContract = 'anyone' | 'optional' | 'required';

/** What one endpoint promises, in a form that validates, types and documents it. */
export interface Contract {
  readonly method: Method;
  /** The path in the router's syntax: `/api/v1/auth/sessions/:id`. */
  readonly path: string;
  /** The handler's file below `src/handlers`, without extension; the operation id of the OpenAPI document. */
  readonly at: string;
  readonly summary: string;
  readonly caller: CallerContract;
  /** The permission that the caller needs, if any: `users:read`. */
  readonly permission?: Permission;
  readonly body?: Schema;
  readonly query?: ObjectSchema;
  readonly params?: ObjectSchema;
  readonly answers: Readonly<Record<number, AnswerContract>>;
  /** Refusals of its own; those that follow from the other fields are added by `refusalsOf`. */
  readonly refusals: readonly ErrorCode[];
  /** Name of the rate-limit policy of its own, if any. */
  readonly limit?: string;
  /** Whether `Idempotency-Key` is honoured. */
  readonly idempotent?: boolean;
  /** Whether it is exempt from the global rate limit, not from the deadline: the health routes. */
  readonly unlimited?: boolean;
  /** Whether operators come in by it: it works during maintenance, and itself refuses those who are none. */
  readonly operatorsEnter?: boolean;
}

/**
 * Whom an endpoint answers while the service is under maintenance: `everyone` for health and administration, which has
 * permissions of its own; `operators` for the rest, told apart before the handler, or by it where they come in.
 */
export const duringMaintenance = (contract: Contract): 'everyone' | 'operators' | 'entering operators' => {
  if (contract.unlimited === true || contract.path.startsWith('/api/v1/admin/')) return 'everyone';
  return contract.operatorsEnter === true ? 'entering operators' : 'operators';
};

/** Every error code that an endpoint can answer with: its own, and those that its form implies. */
/** Whether a path can be refused for its form: any text that does not will do, such as NUL, which no name may hold. */
const mayRefuse = (params: ObjectSchema): boolean =>
  !params.safeParse(Object.fromEntries(Object.keys(params.shape).map((name) => [name, '\u0000']))).success;

/**
 * Every error code that an endpoint can answer with: its own, and those that its form implies. What is exempt from limits
 * is so because it waits for nothing.
 */
export const refusalsOf = (contract: Contract): ErrorCode[] => {
  const codes = new Set<ErrorCode>(contract.refusals);
  codes.add('bad_request');
  codes.add('internal_error');
  if (contract.unlimited !== true) {
    codes.add('rate_limited');
    codes.add('service_unavailable');
  }
  if (contract.caller === 'required') codes.add('unauthorized');
  if (contract.caller !== 'anyone') codes.add('invalid_token');
  if (duringMaintenance(contract) !== 'everyone') codes.add('maintenance');
  // A token that nobody asks for otherwise is judged during maintenance, to tell operators by it.
  if (duringMaintenance(contract) === 'operators') codes.add('invalid_token');
  if (contract.permission !== undefined) codes.add('forbidden');
  if (contract.method !== 'GET') {
    for (const code of ['malformed_json', 'bad_encoding', 'payload_too_large', 'unsupported_media_type'] as const) {
      codes.add(code);
    }
  }
  const hasFreePath = contract.params === undefined || !mayRefuse(contract.params);
  if (contract.method !== 'GET' || contract.query || !hasFreePath) codes.add('validation_failed');
  if (contract.idempotent === true) {
    codes.add('idempotency_key_reused');
    codes.add('idempotency_key_in_use');
  }
  return [...codes];
};
