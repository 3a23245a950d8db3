import { AppError } from '../errors/app-error.js';
import { IdempotencyKey } from '../models/idempotency-key.js';
import type { Services } from '../services.js';
import type { Wrapper } from './context.js';

/** 1 to 255 visible ASCII characters. */
const keyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * Honours `Idempotency-Key`: the first answer to a key, caller and route is kept for 24 hours in the transaction of the
 * change and replayed to the same body. A request that fails leaves the key free.
 * @throws {AppError} validation_failed, idempotency_key_reused, idempotency_key_in_use
 */
export const idempotent = ({ db, vault }: Services): Wrapper =>
  async function idempotent(ctx, next) {
    const key = ctx.get('Idempotency-Key');
    if (ctx.req.headers['idempotency-key'] === undefined) {
      await next();
      return;
    }
    if (!keyForm.test(key)) {
      const message = 'must be 1 to 255 visible ASCII characters';
      throw new AppError('validation_failed', {
        errors: [{ path: '/Idempotency-Key', code: 'invalid_format', message }],
      });
    }
    // Two resources of one route are two requests, whatever their bodies.
    const request = ctx.state.params === undefined ? ctx.state.body : [ctx.state.params, ctx.state.body];
    const use = {
      caller: ctx.state.caller?.userId ?? ctx.state.addressKey,
      route: `${ctx.method} ${ctx.state.route ?? ctx.path}`,
      key,
      requestHash: vault.derive('idempotency', JSON.stringify(request)),
    };
    const claim = await IdempotencyKey.claim(db, use, ctx.state.now);
    if (!('complete' in claim)) {
      ctx.status = claim.status;
      ctx.set({ ...claim.headers, 'Idempotency-Replayed': 'true' });
      ctx.body = claim.body;
      return;
    }
    ctx.state.claim = claim;
    try {
      await next();
    } catch (error) {
      await claim.release();
      throw error;
    }
  };
