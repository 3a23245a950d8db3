import type { GreetQuery } from '../../contract/greet.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { respondWithGreeting } from '../../responses/greeting.js';

/** GET /api/v1/greet: greets the name in the query, or else the caller, or else the world. */
export const greet = (services: Services): Handler<unknown, GreetQuery> =>
  async function greet(ctx) {
    await respondWithGreeting(services, ctx, ctx.state.query.name);
  };
