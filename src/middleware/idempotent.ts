import { AppError } from '../errors/app-error.js';
import { IdempotencyKey, type KeyUse } from '../models/idempotency-key.js';
import type { Services } from '../services.js';
import type { RequestState, Middleware } from './context.js';

/** 1 to 255 visible ASCII characters. */
const keyForm = /^[\x21-\x7e]{1,255}$/;

/** A string of RFC 8941, 3.3.3, the form of the key in the IETF draft. */
const quotedForm = /^"(?<text>(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** The key in a header value, with or without quotes. */
const keyOf = (field: string): string => {
  const key = quotedForm.exec(field)?.groups?.['text']?.replaceAll(/\\(.)/g, '$1') ?? field;
  if (keyForm.test(key)) return key;
  const message = 'must contain between 1 and 255 visible ASCII characters';
  throw new AppError('validation_failed', {
    errors: [{ path: '/Idempotency-Key', code: 'invalid_format', message }],
  });
};

/**
 * The owner of a key. An anonymous caller may retry from another address, so it is identified by its request; the
 * address shows whether it reuses the key for another request.
 */
const callerOf = ({ caller, clientKey }: RequestState, requestHash: Buffer): Pick<KeyUse, 'caller' | 'address'> =>
  caller
    ? { caller: caller.userId, address: null }
    : { caller: `anonymous:${requestHash.toString('hex')}`, address: clientKey };

/**
 * Honours `Idempotency-Key`: the first response for a key, caller and route is stored in the transaction of the change,
 * and replayed for the same body for 24 hours. A failed request releases the key; a request in progress reserves it.
 * @param options `lockMs`: how long the key stays reserved after the process has died
 * @throws {AppError} validation_failed, idempotency_key_reused, idempotency_key_in_use
 */
export const idempotent = ({ db, secretBox, clock }: Services, options: { lockMs?: number } = {}): Middleware =>
  async function idempotent(ctx, next) {
    if (ctx.req.headers['idempotency-key'] === undefined) {
      await next();
      return;
    }
    const key = keyOf(ctx.get('Idempotency-Key'));
    // Requests for two resources of one route differ even if their bodies are equal.
    const request = ctx.state.params === undefined ? ctx.state.body : [ctx.state.params, ctx.state.body];
    const requestHash = secretBox.hmac('idempotency', JSON.stringify(request));
    const route = `${ctx.method} ${ctx.state.route ?? ctx.path}`;
    const use = { ...callerOf(ctx.state, requestHash), route, key, requestHash };
    const claim = await IdempotencyKey.acquire(db, use, { clock, now: ctx.state.now, ...options });
    if (!('complete' in claim)) {
      ctx.status = claim.status;
      ctx.set({ ...claim.headers, 'Idempotency-Replayed': 'true' });
      ctx.body = claim.body;
      return;
    }
    ctx.state.idempotencyLock = claim;
    try {
      await next();
    } catch (error) {
      await claim.release();
      throw error;
    } finally {
      claim.stop();
    }
  };
