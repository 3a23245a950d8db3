import type { ConsoleAssetPath } from '../../contract/operator-console.js';
import type { Handler } from '../../middleware/context.js';
import type { ConsoleFiles } from './files.js';

/**
 * GET /console/assets/{asset}: a script or style sheet of the operator console. Its name contains a hash of its content, so
 * browsers keep it.
 * @throws {AppError} not_found
 */
export const consoleAsset = (files: ConsoleFiles) => (): Handler<unknown, unknown, ConsoleAssetPath> =>
  async function consoleAsset(ctx) {
    const file = await files.asset(ctx.state.params.asset);
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    await file.send(ctx);
  };
