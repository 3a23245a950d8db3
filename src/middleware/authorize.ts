import type { Permission } from '../contract/permission.js';
import { AppError } from '../errors/app-error.js';
import { holdsPermission } from '../models/roles/permission.js';
import type { Services } from '../services.js';
import { callerOf, type Middleware } from './context.js';

/**
 * Requires a permission. Permissions are read from the database on each request, so the removal of a role takes effect
 * immediately, on every instance.
 * @throws {AppError} forbidden
 */
export const authorize = ({ db }: Services, permission: Permission): Middleware =>
  async function authorize(ctx, next) {
    const { userId } = callerOf(ctx);
    if (!(await db.read((reader) => holdsPermission(reader, userId, permission)))) {
      throw new AppError('forbidden', { detail: `This request requires the permission ${permission}.` });
    }
    await next();
  };
