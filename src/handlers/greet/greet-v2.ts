import type { GreetBody } from '../../contract/greet.js';
import type { Handler } from '../../middleware/context.js';
import type { Services } from '../../services.js';
import { greetingFor, recordGreeting } from '../../responses/greeting.js';

/** POST /api/v2/greet: greets a name and returns the time. The setting `api.v2Enabled` enables it. */
export const greetV2 = (services: Services): Handler<GreetBody> =>
  async function greetV2(ctx) {
    const message = greetingFor(ctx.state.body.name);
    await recordGreeting(services, ctx, message);
    ctx.body = { message, greeted_at: ctx.state.now.toISOString() };
  };
