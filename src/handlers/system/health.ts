import type { Handler } from '../../middleware/context.js';

/** GET /api/health: the process answers. */
export const health = (): Handler =>
  function health(ctx) {
    ctx.body = { status: 'healthy' };
  };
