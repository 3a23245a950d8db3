import type { PageAssetPath } from '../../contract/page.js';
import { notFound } from '../../errors/not-found.js';
import type { Handler } from '../../middleware/context.js';
import { Representation } from '../../middleware/representation.js';
import { linkScript } from '../../responses/pages/link-script.js';
import { linkStyle } from '../../responses/pages/link-style.js';

/**
 * GET /pages/{asset}: the script and the style sheet of the pages of emailed links.
 * @throws {AppError} not_found
 */
export const pageAsset = (): Handler<unknown, unknown, PageAssetPath> => {
  const assets: ReadonlyMap<string, Representation> = new Map([
    ['link.js', new Representation('text/javascript; charset=utf-8', linkScript)],
    ['link.css', new Representation('text/css; charset=utf-8', linkStyle)],
  ]);
  return async function pageAsset(ctx) {
    const name = ctx.state.params.asset;
    const asset = assets.get(name);
    if (!asset) throw notFound('file', name);
    ctx.set('Cache-Control', 'public, max-age=300');
    await asset.send(ctx);
  };
};
