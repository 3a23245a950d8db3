import { randomUUID } from 'node:crypto';
import type { Settings } from '../config/schema/schema.js';
import type { ConsoleSession } from '../contract/operator-console.js';
import { AppError } from '../errors/app-error.js';
import type { ApiContext } from '../middleware/context.js';
import type { IssuedSession } from '../models/login/log-in.js';
import type { RefreshLifetimes } from '../models/sessions/refresh-token.js';
import type { Services } from '../services.js';
import { tokenResponse } from './tokens.js';

const cookieName = 'rollcall_console';

/**
 * A cookie that scripts can read. It tells whether there is a session to continue, and, by a new random value each time, whether
 * another tab has refreshed it. Its value is not secret.
 */
const hintName = 'rollcall_console_session';

/** Hosts of the machine itself: browsers accept no Secure cookie from them over http, and nobody can read along. */
const loopback = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** The lifetimes of a session of the console: it ends when it is idle. */
export const consoleLifetimes = ({ auth, console: { idleTimeout } }: Settings): RefreshLifetimes => ({
  ...auth.refresh,
  ttl: Math.min(auth.refresh.ttl, idleTimeout),
});

/**
 * Whether a page of this origin is a page of this service: by `server.publicUrl`, or by the Host of the request. At the host
 * of the public URL, only its scheme is accepted: an attacker in the network could serve a page over http.
 */
const isOwnOrigin = ({ state, host }: ApiContext, origin: string): boolean => {
  const { publicUrl } = state.settings.server;
  if (publicUrl !== null && new URL(publicUrl).host === host) return origin === publicUrl;
  return origin === publicUrl || origin === `https://${host}` || origin === `http://${host}`;
};

/**
 * Rejects requests from pages of other origins, which the browser names in `Origin`.
 * @param options.isRequired rejects requests without `Origin` as well, which no browser sends
 * @throws {AppError} forbidden
 */
export const assertOwnOrigin = (
  ctx: ApiContext,
  { isRequired = false }: { readonly isRequired?: boolean } = {},
): void => {
  const origin = ctx.get('Origin');
  if (origin === '' ? !isRequired : isOwnOrigin(ctx, origin)) return;
  throw new AppError('forbidden', { detail: 'The Origin of the request is not that of the operator console.' });
};

const setCookie = (ctx: ApiContext, value: string, maxAgeSeconds: number): void => {
  const path = `${ctx.state.settings.server.basePath}/console`;
  const isSecure = !loopback.test(ctx.get('Origin'));
  const common = [`Max-Age=${String(maxAgeSeconds)}`, ...(isSecure ? ['Secure'] : []), 'SameSite=Strict'];
  ctx.append('Set-Cookie', [`${cookieName}=${value}`, `Path=${path}/session`, 'HttpOnly', ...common].join('; '));
  ctx.append('Set-Cookie', [`${hintName}=${value === '' ? '' : randomUUID()}`, `Path=${path}`, ...common].join('; '));
};

/** The refresh token in the cookie; undefined without one. */
export const refreshTokenIn = (ctx: ApiContext): string | undefined => ctx.cookies.get(cookieName);

/** Removes the cookie. */
export const clearCookie = (ctx: ApiContext): void => {
  setCookie(ctx, '', 0);
};

/** Sends the tokens of a session: the access token in the body, the refresh token in the cookie. */
export const sendConsoleSession = async (
  services: Services,
  ctx: ApiContext,
  session: IssuedSession,
): Promise<void> => {
  const { refresh_token: token, refresh_expires_in: maxAge, ...rest } = await tokenResponse(services, ctx, session);
  setCookie(ctx, token, maxAge);
  const idleTimeout = Math.floor(ctx.state.settings.console.idleTimeout / 1000);
  const body: ConsoleSession = { ...rest, idle_timeout: idleTimeout };
  ctx.body = body;
};
