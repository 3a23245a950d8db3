import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DocsAssetPath } from '../../contract/system.js';
import { notFound } from '../../errors/not-found.js';
import type { Handler } from '../../middleware/context.js';

const start = `window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n`;

/** A Map, since an object would also know `toString` and `__proto__`. */
const types: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['start.js', 'text/javascript; charset=utf-8'],
]);

/**
 * GET /docs/{asset}: the script and style of the page, from the package swagger-ui-dist.
 * @throws {AppError} not_found
 */
export const docsAsset = (): Handler<unknown, unknown, DocsAssetPath> => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return async function docsAsset(ctx) {
    const { asset } = ctx.state.params;
    const type = types.get(asset);
    if (type === undefined) throw notFound('file', asset);
    ctx.body = asset === 'start.js' ? start : await readFile(join(folder, asset));
    ctx.type = type;
    ctx.set('Cache-Control', 'public, max-age=3600');
  };
};
