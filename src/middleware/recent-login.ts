import { AppError } from '../errors/app-error.js';
import { callerOf, type ApiContext } from './context.js';

/**
 * Requires that the caller logged in recently (`auth.stepUp.maxAge`), for sensitive changes without a password. Refreshing
 * a token does not count as a login.
 * @throws {AppError} insufficient_user_authentication, with the challenge of RFC 9470, section 3
 */
export const requireRecentLogin = (ctx: ApiContext): void => {
  const { now, settings } = ctx.state;
  const { maxAge } = settings.auth.stepUp;
  if (now.getTime() - callerOf(ctx).signedInAt.getTime() <= maxAge) return;
  const seconds = String(Math.floor(maxAge / 1000));
  const challenge = `Bearer error="insufficient_user_authentication", max_age="${seconds}"`;
  throw new AppError('insufficient_user_authentication', {
    detail: `This change requires a login within the last ${seconds} seconds; log in again.`,
    headers: { 'WWW-Authenticate': challenge },
  });
};
