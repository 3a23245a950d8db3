import { openApiDocument } from '../../contract/openapi.js';
import type { Contract } from '../../contract/contract.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

/**
 * GET /openapi.json: the contract as OpenAPI 3.1, made from the schemas that validate, once for each app.
 * @param contracts every endpoint of the app, this one included
 */
export const openapi =
  (contracts: () => readonly Contract[]) =>
  ({ build }: Services): Handler => {
    let document: string | undefined;
    return function openapi(ctx) {
      document ??= JSON.stringify(openApiDocument(contracts(), build.version));
      ctx.type = 'application/json; charset=utf-8';
      ctx.body = document;
    };
  };
