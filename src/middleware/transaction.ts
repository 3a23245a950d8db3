import type { Services } from '../services.js';
import type { Middleware } from './context.js';

/**
 * Runs a handler in a transaction, which is rolled back if the handler throws. What the handler adds with `afterCommit` runs
 * in order once the transaction is committed.
 */
export const transaction = ({ db }: Services): Middleware =>
  async function transaction(ctx, next) {
    const committed: (() => unknown)[] = [];
    await db.transaction(async (trx) => {
      ctx.state.transaction = { trx, afterCommit: (work) => committed.push(work) };
      await next();
    });
    for (const work of committed) await work();
  };
