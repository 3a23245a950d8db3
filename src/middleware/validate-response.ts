import { fieldErrorCodes } from '../contract/issues.js';
import { errorsOf, type Contract } from '../contract/contract.js';
import { AppError } from '../errors/app-error.js';
import { problems } from '../errors/codes.js';
import type { ApiContext, Middleware } from './context.js';

/** A response that violates the contract of its endpoint. Occurs in tests only. */
class ContractViolation extends Error {
  override readonly name = 'BrokenContract';
}

const broken = (contract: Contract, what: string): AppError =>
  new AppError('internal_error', { cause: new ContractViolation(`${contract.method} ${contract.path}: ${what}`) });

/** A schema describes the JSON form of a response; responses that are also available as text have no schema for the text. */
const isJson = (ctx: ApiContext): boolean =>
  ctx.response.is('json') === 'json' && ctx.res.getHeader('Content-Encoding') === undefined;

/** The body as the client receives it. Text and bytes are sent unchanged. */
const jsonOf = (body: unknown): unknown =>
  JSON.parse(typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)) as unknown;

const knownFieldCodes: ReadonlySet<string> = new Set(fieldErrorCodes);

/** The code of a field error that the document does not list; undefined if there is none. */
const undeclaredFieldCode = ({ code, errors }: AppError): string | undefined =>
  code === 'validation_failed' ? errors?.find((error) => !knownFieldCodes.has(error.code))?.code : undefined;

/**
 * In tests, fails if an endpoint responds with a status, a body or an error code that it does not declare.
 * @throws {AppError} internal_error
 */
export const validateResponse = (contract: Contract): Middleware => {
  const declared = new Set<string>(errorsOf(contract));
  return async function validateResponse(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (error instanceof AppError && !declared.has(error.code) && error.status < 500) {
        throw broken(contract, `undeclared error ${String(problems[error.code].status)} ${error.code}`);
      }
      const fieldCode = error instanceof AppError ? undeclaredFieldCode(error) : undefined;
      if (fieldCode !== undefined) throw broken(contract, `undeclared code of a field error: ${fieldCode}`);
      throw error;
    }
    const response = contract.responses[ctx.status];
    if (!response) throw broken(contract, `undeclared status ${String(ctx.status)}`);
    if (!response.schema || response.contentType !== undefined || !isJson(ctx)) return;
    const result = response.schema.safeParse(jsonOf(ctx.body));
    if (!result.success) throw broken(contract, `undeclared body: ${result.error.message}`);
  };
};
