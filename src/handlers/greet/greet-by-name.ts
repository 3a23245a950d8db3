import type { GreetPath } from '../../contract/greet.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { respondWithGreeting } from '../../responses/greeting.js';

/** GET /api/v1/greet/{name}: greets the name in the path. */
export const greetByName = (services: Services): Handler<unknown, unknown, GreetPath> =>
  async function greetByName(ctx) {
    await respondWithGreeting(services, ctx, ctx.state.params.name);
  };
