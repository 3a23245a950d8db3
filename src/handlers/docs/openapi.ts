import type { Contract } from '../../contract/contract.js';
import type { Handler } from '../../middleware/context.js';
import { Representation } from '../../middleware/representation.js';
import type { Services } from '../../services.js';

/**
 * GET /openapi.json: the OpenAPI 3.1 document, generated from the validation schemas once for each public URL and base
 * path.
 * @param contracts every endpoint of the app, including this one
 */
export const openapi =
  (contracts: () => readonly Contract[]) =>
  ({ build }: Services): Handler => {
    let made: { readonly server: string; readonly document: Representation } | undefined;
    return async function openapi(ctx) {
      const { basePath, publicUrl } = ctx.state.settings.server;
      const server = `${publicUrl ?? ''}${basePath}`;
      if (made?.server !== server) {
        // Loaded with the first request, for a faster start.
        const { openApiDocument } = await import('../../contract/openapi/document.js');
        const text = JSON.stringify(openApiDocument(contracts(), build.version, { basePath, publicUrl }));
        made = { server, document: new Representation('application/json; charset=utf-8', text) };
      }
      ctx.set('Cache-Control', 'public, max-age=60');
      await made.document.send(ctx);
    };
  };
