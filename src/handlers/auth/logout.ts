import type { Handler } from '../../middleware/context.js';
import { callerOf } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { endSession } from '../users/me/sessions/end-session.js';

/** POST /api/v1/auth/logout: ends the session; its access and refresh tokens are refused from this answer on. */
export const logout = (services: Services): Handler =>
  async function logout(ctx) {
    await endSession(services, ctx, callerOf(ctx).id, 'logout');
    ctx.status = 204;
  };
