import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DocsAssetPath } from '../../contract/system.js';
import { notFound } from '../../errors/not-found.js';
import type { Handler } from '../../middleware/context.js';
import { LoadOnce } from '../../middleware/load-once.js';
import { Representation } from '../../middleware/representation.js';
import { docsStyle, startScript } from '../../responses/pages/docs-script.js';

const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** A file of the package swagger-ui-dist. */
const packaged = async (name: string, type: string): Promise<Representation> => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return new Representation(type, await readFile(join(folder, name)));
};

/**
 * GET /docs/{asset}: the scripts and style sheets of the page.
 * @throws {AppError} not_found
 */
export const docsAsset = (): Handler<unknown, unknown, DocsAssetPath> => {
  const [style, start] = [new Representation(css, docsStyle), new Representation(script, startScript)];
  // A Map, since an object would also have `toString` and `__proto__`.
  const assets: ReadonlyMap<string, () => Promise<Representation>> = new Map([
    ['swagger-ui.css', () => packaged('swagger-ui.css', css)],
    ['swagger-ui-bundle.js', () => packaged('swagger-ui-bundle.js', script)],
    ['docs.css', () => Promise.resolve(style)],
    ['start.js', () => Promise.resolve(start)],
  ]);
  const loaded = new LoadOnce<Representation>();
  return async function docsAsset(ctx) {
    const name = ctx.state.params.asset;
    const load = assets.get(name);
    if (load === undefined) throw notFound('file', name);
    const asset = await loaded.get(name, load);
    ctx.set('Cache-Control', 'public, max-age=3600');
    await asset.send(ctx);
  };
};
