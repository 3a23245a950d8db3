import { isEnabled } from '../config/schema/feature-flags.js';
import { respondFromCache } from '../middleware/cached-response.js';
import type { ApiContext } from '../middleware/context.js';
import { Greeting } from '../models/greeting.js';
import type { Services } from '../services.js';

/** The greeting for a name, or for the world. */
export const greetingFor = (name = 'world'): string => `Hello ${name}!`;

/**
 * Adds the greeting to the history of an authenticated caller. If the database is read-only, the caller still gets the
 * greeting, but it is not recorded.
 */
export const recordGreeting = async ({ db }: Services, ctx: ApiContext, message: string): Promise<void> => {
  const { caller, route, log } = ctx.state;
  if (!caller) return;
  const isKept = await Greeting.record(db.knex, caller.userId, message, `${ctx.method} ${route ?? ctx.path}`);
  if (!isKept) {
    log.warn({ event: 'greeting.not_recorded' }, 'greeting not recorded in the history: the database is read-only');
  }
};

/** Greets a name, or else the caller, or else the world. The cache key contains only the name, never the caller. */
export const respondWithGreeting = async (
  services: Services,
  ctx: ApiContext,
  name: string | undefined,
): Promise<void> => {
  const greeted = name ?? ctx.state.caller?.username;
  const message = greetingFor(greeted);
  const key = greeted === undefined ? 'world' : `name:${greeted}`;
  await respondFromCache(services, ctx, { namespace: 'greet', key }, () => ({ body: { message } }));
  if (isEnabled(ctx.state.settings, 'announceGreetV2')) ctx.set('Link', '</api/v2/greet>; rel="successor-version"');
  await recordGreeting(services, ctx, message);
};
