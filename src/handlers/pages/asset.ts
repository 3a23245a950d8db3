import type { PageAssetPath } from '../../contract/page.js';
import { notFound } from '../../errors/not-found.js';
import type { Handler } from '../../middleware/context.js';
import { linkScript } from './link-script.js';
import { linkStyle } from './link-style.js';

const assets: Readonly<Record<string, { readonly type: string; readonly text: string } | undefined>> = {
  'link.js': { type: 'text/javascript; charset=utf-8', text: linkScript },
  'link.css': { type: 'text/css; charset=utf-8', text: linkStyle },
};

/**
 * GET /pages/{asset}: the script and the style of the pages that mailed links lead to.
 * @throws {AppError} not_found
 */
export const pageAsset = (): Handler<unknown, unknown, PageAssetPath> =>
  function pageAsset(ctx) {
    const { asset } = ctx.state.params;
    const found = Object.hasOwn(assets, asset) ? assets[asset] : undefined;
    if (!found) throw notFound('file', asset);
    ctx.type = found.type;
    ctx.body = found.text;
    ctx.set('Cache-Control', 'public, max-age=300');
  };
