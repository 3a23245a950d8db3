import type { GreetBody } from '../../contract/greet.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { greetingFor, recordGreeting } from '../../responses/greeting.js';

/** POST /api/v2/greet: greets a name and says when. The gate `api.v2Enabled` stands in front of it. */
export const greetV2 = (services: Services): Handler<GreetBody> =>
  async function greetV2(ctx) {
    const message = greetingFor(ctx.state.body.name);
    await recordGreeting(services, ctx, message);
    ctx.body = { message, greeted_at: ctx.state.now.toISOString() };
  };
