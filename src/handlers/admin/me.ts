import type { AdminSelf } from '../../contract/admin/overview.js';
import { AppError } from '../../errors/app-error.js';
import { callerOf, type Handler } from '../../middleware/context.js';
import { permissionsOf } from '../../models/roles/permission.js';
import { User } from '../../models/accounts/user.js';
import type { Services } from '../../services.js';

/** GET /api/v1/admin/me: the caller, with all permissions of the caller's roles. */
export const showAdminSelf = ({ db }: Services): Handler =>
  async function showAdminSelf(ctx) {
    const { userId, id: sessionId } = callerOf(ctx);
    const user = await db.read((connection) => User.findAccount(connection, userId));
    if (!user) throw new AppError('invalid_token');
    const permissions = await db.read((connection) => permissionsOf(connection, userId));
    const body: AdminSelf = {
      ...{ id: userId, username: user.username, roles: user.roles, permissions, session_id: sessionId },
    };
    ctx.body = body;
  };
