import type { Handler } from '../../middleware/context.js';
import { sendConsolePage } from '../../responses/pages/console.js';
import type { ConsoleFiles } from './files.js';

/**
 * GET /console: the operator console.
 * @throws {AppError} not_found if the console has not been built
 */
export const consolePage = (files: ConsoleFiles) => (): Handler =>
  async function consolePage(ctx) {
    sendConsolePage(ctx, await files.page());
  };
