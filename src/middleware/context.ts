import type { Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { Settings } from '../config/schema/schema.js';
import type { IdempotencyLock } from '../models/idempotency-key.js';
import type { ActiveSession } from '../models/sessions/session-loader.js';
import type { RequestMetadata, UserActor } from '../models/actor.js';
import type { Transaction } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { RequestSpan } from '../observability/tracing/request-span.js';

/** The caller, once a bearer token was accepted. */
export interface Caller extends ActiveSession {
  /** The role names in the token: for display only, rights are read from the database. */
  readonly tokenRoles: readonly string[];
}

/** The transaction of a route. */
export interface RouteTransaction {
  readonly trx: Transaction;
  /** Adds a function to run once the transaction is committed, before the response is sent. */
  readonly afterCommit: (work: () => unknown) => void;
}

/** A time limit that is suspended while a request waits for something other than the database. */
export interface PausableDeadline {
  /** Runs work that does not wait for the database: reading the body, hashing. */
  pausedDuring<T>(work: () => Promise<T>): Promise<T>;
}

/** The data of a request that middleware passes to later middleware and to the handler. */
export interface RequestState<Body = unknown, Query = unknown, Params = unknown> {
  /** The configuration that this request began with. */
  settings: Settings;
  /** The wall time at which this request began. */
  now: Date;
  log: Logger;
  requestMetadata: RequestMetadata;
  /** The caller's address as limits count it: IPv4, or an IPv6 /64. */
  clientKey: string;
  /** The matched route in the router's syntax, for metrics and limits; absent where nothing matched. */
  route?: string;
  caller?: Caller;
  /** The code of the problem document that answers the request. */
  problemCode?: string;
  /** Set when a session was ended because its refresh token was used twice. */
  hasReusedToken?: boolean;
  /** The session that the bearer token of a logout names. */
  endedByBearer?: { readonly userId: string; readonly sessionId: string };
  /** The user to whom the response issues tokens. */
  issuedTo?: string;
  body: Body;
  query: Query;
  params: Params;
  idempotencyLock?: IdempotencyLock;
  /** Set when the response also depends on the time, which its entity tag does not cover: it is then never a 304. */
  isTimeBound?: boolean;
  /** While requests are traced. */
  span?: RequestSpan;
  /** On a route that runs in a transaction. */
  transaction?: RouteTransaction;
  /** The time that the request may wait for the database. */
  deadline: PausableDeadline;
}

/** The context of handlers and middleware. */
export type ApiContext<Body = unknown, Query = unknown, Params = unknown> = ParameterizedContext<
  RequestState<Body, Query, Params>
>;

/** Middleware of a route. */
export type Middleware = KoaMiddleware<RequestState>;

/** One endpoint: reads what the wrappers validated, asks the models, sets status and body. */
export type Handler<Body = unknown, Query = unknown, Params = unknown> = (
  ctx: ApiContext<Body, Query, Params>,
) => Promise<void> | void;

/** The caller of a route behind `authenticate`; its absence there is a fault of the route table, not of the request. */
export const callerOf = (ctx: ApiContext): Caller => {
  if (!ctx.state.caller) throw new TypeError('the route of this handler does not authenticate callers');
  return ctx.state.caller;
};

/** The caller as the actor of audit events. */
export const actorOf = (ctx: ApiContext): UserActor => ({
  actorId: callerOf(ctx).userId,
  requestMetadata: ctx.state.requestMetadata,
});

/** The transaction of a route that has `transaction: true`; its absence is a fault of the route table. */
export const transactionOf = (ctx: ApiContext): RouteTransaction => {
  if (!ctx.state.transaction) throw new TypeError('the route of this handler has no transaction');
  return ctx.state.transaction;
};
