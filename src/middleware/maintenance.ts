import type { Settings } from '../config/schema/schema.js';
import type { Connection } from '../database/database.js';
import { AppError } from '../errors/app-error.js';
import { holdsAnyPermission } from '../models/roles/permission.js';
import type { Services } from '../services.js';
import { acceptBearer } from './authenticate.js';
import type { Middleware } from './context.js';

/** The error for callers while `maintenance.enabled` is on. */
export const maintenanceError = ({ maintenance }: Settings): AppError =>
  new AppError('maintenance', {
    retryAfterSeconds: Math.ceil(maintenance.retryAfter / 1000),
  });

/** Whether an account may use the service: during maintenance, only if it has a permission. */
export const isAllowedDuringMaintenance = async (
  db: Connection,
  { maintenance }: Settings,
  userId: string,
): Promise<boolean> => !maintenance.enabled || holdsAnyPermission(db, userId);

/**
 * During maintenance, rejects requests without a token before anything is counted or read for them.
 * @throws {AppError} maintenance
 */
export const maintenance = (): Middleware =>
  function maintenance(ctx, next) {
    const { settings } = ctx.state;
    if (settings.maintenance.enabled && ctx.get('Authorization') === '') throw maintenanceError(settings);
    return next();
  };

/**
 * During maintenance, serves only operators: callers with a permission. It runs after the rate limits. If the endpoint does
 * not authenticate, the token is checked here.
 * @throws {AppError} maintenance, invalid_token
 */
export const operatorsOnly = (services: Services): Middleware =>
  async function operatorsOnly(ctx, next) {
    const { settings } = ctx.state;
    if (settings.maintenance.enabled) {
      const { userId } =
        ctx.state.caller ??
        ctx.state.endedByBearer ??
        (await acceptBearer(services, ctx.get('Authorization'), ctx.state));
      if (!(await services.db.read((reader) => isAllowedDuringMaintenance(reader, settings, userId)))) {
        throw maintenanceError(settings);
      }
    }
    await next();
  };
