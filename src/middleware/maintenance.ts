import type { Settings } from '../config/settings.js';
import type { Connection } from '../database/database.js';
import { AppError } from '../errors/app-error.js';
import { holdsAnyPermission } from '../models/permission.js';
import type { Services } from '../services.js';
import { acceptBearer } from './authenticate.js';
import type { Wrapper } from './context.js';

/** What callers are told while `maintenance.enabled` is on. */
export const underMaintenance = ({ maintenance }: Settings): AppError =>
  new AppError('maintenance', {
    retryAfterSeconds: Math.ceil(maintenance.retryAfter / 1000),
  });

/** Whether somebody may go on: everyone, unless the service is under maintenance; then whoever holds a permission. */
export const mayGoOn = async (db: Connection, { maintenance }: Settings, userId: string): Promise<boolean> =>
  !maintenance.enabled || holdsAnyPermission(db, userId);

/**
 * During maintenance: refuses whoever shows no token, before anything is counted, looked up or read for them.
 * @throws {AppError} maintenance
 */
export const maintenance = (): Wrapper =>
  function maintenance(ctx, next) {
    const { settings } = ctx.state;
    if (settings.maintenance.enabled && ctx.get('Authorization') === '') throw underMaintenance(settings);
    return next();
  };

/**
 * During maintenance: lets operators through, which is whoever holds a permission, and nobody else. It stands behind the
 * limits; where the endpoint itself asks for no token, the one that was sent is judged here.
 * @throws {AppError} maintenance, invalid_token
 */
export const operatorsOnly = (services: Services): Wrapper =>
  async function operatorsOnly(ctx, next) {
    const { settings } = ctx.state;
    if (settings.maintenance.enabled) {
      const { userId } =
        ctx.state.caller ??
        ctx.state.endedByBearer ??
        (await acceptBearer(services, ctx.get('Authorization'), ctx.state));
      if (!(await services.db.read((reader) => mayGoOn(reader, settings, userId)))) throw underMaintenance(settings);
    }
    await next();
  };
