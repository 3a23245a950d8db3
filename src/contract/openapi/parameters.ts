import type { oas31 } from 'zod-openapi';
import type { Contract } from '../contract.js';

const header = (name: string, description: string, schema: oas31.SchemaObject): oas31.ParameterObject => ({
  name,
  in: 'header',
  description,
  schema,
});

/** Request headers: `components.parameters`. Those of paths and queries are described in the schemas of the contract. */
export const headerParameters = {
  IfMatch: header(
    'If-Match',
    'Entity tags, or `*`. The write is rejected with 412 unless one of them is the current `ETag` of the resource (RFC 9110, 13.1.1).',
    { type: 'string', maxLength: 1000, examples: ['"8"'] },
  ),
  IfNoneMatch: header(
    'If-None-Match',
    'Entity tags, or `*`. The response is 304 without a body if one of them is the current `ETag` (RFC 9110, 13.1.2).',
    { type: 'string', maxLength: 1000, examples: ['"8"'] },
  ),
  IdempotencyKey: header(
    'Idempotency-Key',
    'Makes a retry safe: within 24 hours, the same key with the same body returns the stored response. Use a new UUID for each operation.',
    { type: 'string', minLength: 1, maxLength: 255, examples: ['5f2d4c0e-8a61-4f0b-9d0a-3c1f7b2e6a90'] },
  ),
} satisfies Record<string, oas31.ParameterObject>;

/** References to the request headers that an operation honours. */
export const headerParametersOf = (contract: Contract): oas31.ReferenceObject[] => {
  const names: (keyof typeof headerParameters)[] = [
    ...(contract.idempotent === true ? (['IdempotencyKey'] as const) : []),
    ...(contract.errors.includes('precondition_failed') ? (['IfMatch'] as const) : []),
    ...(304 in contract.responses ? (['IfNoneMatch'] as const) : []),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
};
