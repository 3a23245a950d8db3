import type { Settings } from '../config/schema/schema.js';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/codes.js';
import type { Middleware } from './context.js';

/** A setting that enables or disables a route without a restart. */
export interface FeatureGate {
  readonly isEnabled: (settings: Settings) => boolean;
  /** The error while it is closed. */
  readonly code: ErrorCode;
}

/** Rejects requests while the gate of the route is closed. */
export const featureGate = ({ isEnabled, code }: FeatureGate): Middleware =>
  async function gate(ctx, next) {
    if (!isEnabled(ctx.state.settings)) throw new AppError(code);
    await next();
  };
