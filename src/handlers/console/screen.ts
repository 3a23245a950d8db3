import type { Handler } from '../../middleware/context.js';
import { sendConsolePage } from '../../responses/pages/console.js';
import type { ConsoleFiles } from './files.js';

/**
 * GET /console/{screen}: a screen of the operator console. The page shows the screen that its URL names.
 * @throws {AppError} not_found if the console has not been built
 */
export const consoleScreen = (files: ConsoleFiles) => (): Handler =>
  async function consoleScreen(ctx) {
    sendConsolePage(ctx, await files.page());
  };
