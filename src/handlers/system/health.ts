import type { Handler } from '../../middleware/context.js';

/** GET /api/health: returns 200 while the process is running. */
export const health = (): Handler =>
  function health(ctx) {
    ctx.body = { status: 'healthy' };
  };
