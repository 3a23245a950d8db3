import type { Settings } from '../config/schema/schema.js';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/codes.js';
import type { Middleware } from './context.js';

/** A live switch in front of a route. */
export interface FeatureGate {
  readonly isEnabled: (settings: Settings) => boolean;
  /** What callers get while it is shut. */
  readonly code: ErrorCode;
}

/** Lets requests through while the switch of the route is on. */
export const featureGate = ({ isEnabled, code }: FeatureGate): Middleware =>
  async function gate(ctx, next) {
    if (!isEnabled(ctx.state.settings)) throw new AppError(code);
    await next();
  };
