import { isEnabled } from '../config/schema/feature-flags.js';
import { respondFromCache } from '../middleware/cached-response.js';
import type { ApiContext } from '../middleware/context.js';
import { Greeting } from '../models/greeting.js';
import type { Services } from '../services.js';

/** What is said to a name, or to the world. */
export const greetingFor = (name = 'world'): string => `Hello ${name}!`;

/**
 * Keeps the greeting in the history of a signed-in caller. To greet is to read: where the database takes no writes, the
 * greeting is given all the same, and missing in the history.
 */
export const recordGreeting = async ({ db }: Services, ctx: ApiContext, message: string): Promise<void> => {
  const { caller, route, log } = ctx.state;
  if (!caller) return;
  const isKept = await Greeting.record(db.knex, caller.userId, message, `${ctx.method} ${route ?? ctx.path}`);
  if (!isKept) {
    log.warn(
      { event: 'greeting.not_recorded' },
      'a greeting was not kept in the history: the database takes no writes',
    );
  }
};

/** Greets a name, else the caller, else the world. The cache knows the name only, never the caller. */
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
