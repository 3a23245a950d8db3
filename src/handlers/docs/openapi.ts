import { openApiDocument } from '../../contract/openapi/document.js';
import type { Contract } from '../../contract/contract.js';
import type { Handler } from '../../middleware/context.js';
import { Representation } from '../../middleware/representation.js';
import type { Services } from '../../services.js';

/**
 * GET /openapi.json: the API document (OpenAPI 3.1), made once from the schemas that validate.
 * @param contracts every endpoint of the app, this one included
 */
export const openapi =
  (contracts: () => readonly Contract[]) =>
  ({ build }: Services): Handler => {
    let made: { readonly basePath: string; readonly document: Representation } | undefined;
    return async function openapi(ctx) {
      const { basePath } = ctx.state.settings.server;
      if (made?.basePath !== basePath) {
        const text = JSON.stringify(openApiDocument(contracts(), build.version, basePath));
        made = { basePath, document: new Representation('application/json; charset=utf-8', text) };
      }
      ctx.set('Cache-Control', 'public, max-age=60');
      await made.document.send(ctx);
    };
  };
