import type { Handler } from '../../middleware/context.js';
import { sendConsolePage } from '../../responses/pages/console.js';
import type { ConsoleFiles } from './files.js';

/**
 * GET /console/{screen}/{item}: one thing on a screen of the operator console, such as a user.
 * @throws {AppError} not_found if the console has not been built
 */
export const consoleItem = (files: ConsoleFiles) => (): Handler =>
  async function consoleItem(ctx) {
    sendConsolePage(ctx, await files.page());
  };
