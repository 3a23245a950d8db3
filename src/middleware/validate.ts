import { NoBody, type Contract } from '../contract/contract.js';
import { fieldErrors } from '../contract/issues.js';
import { AppError, type FieldError } from '../errors/app-error.js';
import type { Wrapper } from './context.js';

/**
 * Checks path, query and body against the endpoint's schemas, and hands on what they made of it.
 * @throws {AppError} validation_failed with every fault at once
 */
export const validate = (contract: Contract): Wrapper => {
  const schemas = {
    params: contract.params,
    query: contract.query,
    body: contract.method === 'GET' ? undefined : (contract.body ?? NoBody),
  };
  return async function validate(ctx, next) {
    const sources = { params: ctx['params'] as unknown, query: ctx.query, body: ctx.state.body };
    const errors: FieldError[] = [];
    for (const part of ['params', 'query', 'body'] as const) {
      const result = schemas[part]?.safeParse(sources[part], { reportInput: true });
      if (result?.success === false) errors.push(...fieldErrors(result.error.issues));
      else if (result) ctx.state[part] = result.data;
    }
    if (errors.length > 0) throw new AppError('validation_failed', { errors });
    await next();
  };
};
