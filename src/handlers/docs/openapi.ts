import { openApiDocument } from '../../contract/openapi/document.js';
import { entityTagOf } from '../../contract/entity-tag.js';
import type { Contract } from '../../contract/contract.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';

const documentOf = (contracts: readonly Contract[], version: string): { document: string; etag: string } => {
  const document = JSON.stringify(openApiDocument(contracts, version));
  return { document, etag: entityTagOf(document) };
};

/**
 * GET /openapi.json: the contract as OpenAPI 3.1, made from the schemas that validate, once for each app.
 * @param contracts every endpoint of the app, this one included
 */
export const openapi =
  (contracts: () => readonly Contract[]) =>
  ({ build }: Services): Handler => {
    let made: { document: string; etag: string } | undefined;
    return function openapi(ctx) {
      made ??= documentOf(contracts(), build.version);
      // Caches must revalidate each time, since the operator may disable the document.
      ctx.set({ 'Cache-Control': 'no-cache', ETag: made.etag });
      ctx.type = 'application/json; charset=utf-8';
      ctx.body = made.document;
    };
  };
