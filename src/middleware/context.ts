import type { Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { Settings } from '../config/schema/schema.js';
import type { IdempotencyLock } from '../models/idempotency-key.js';
import type { ActiveSession } from '../models/sessions/session-loader.js';
import type { RequestMetadata, UserActor } from '../models/actor.js';
import type { Transaction } from '../database/database.js';
import type { Logger } from '../observability/logger.js';
import type { RequestSpan } from '../observability/tracing/request-span.js';

/** The caller of an authenticated request. */
export interface Caller extends ActiveSession {
  /** The role names in the token: for display only, since permissions are read from the database. */
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
  /** The settings snapshot of the request. */
  settings: Settings;
  /** The wall-clock time at which the request began. */
  now: Date;
  log: Logger;
  requestMetadata: RequestMetadata;
  /** The client for rate limits: an IPv4 address, or an IPv6 /64 network. */
  clientKey: string;
  /** The matched route in the router's syntax, for metrics and rate limits; undefined if no route matched. */
  route?: string;
  caller?: Caller;
  /** The error code of the response. */
  problemCode?: string;
  /** Set when a session was ended because its refresh token was used twice. */
  hasReusedToken?: boolean;
  /** Set when a failed login was stored and counted. */
  hasStoredFailure?: boolean;
  /** The session of the bearer token of a logout. */
  endedByBearer?: { readonly userId: string; readonly sessionId: string };
  /** The user to whom the response issues tokens. */
  issuedTo?: string;
  body: Body;
  query: Query;
  params: Params;
  idempotencyLock?: IdempotencyLock;
  /** Set if the response also depends on something that its ETag does not cover, such as the time; it is then never a 304. */
  isTimeBound?: boolean;
  /** Defined while requests are traced. */
  span?: RequestSpan;
  /** Defined on a route that runs in a transaction. */
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

/** An endpoint: reads the validated request, calls models, and sets status and body. */
export type Handler<Body = unknown, Query = unknown, Params = unknown> = (
  ctx: ApiContext<Body, Query, Params>,
) => Promise<void> | void;

/** The caller of a route with authentication. Without a caller the route table is wrong, not the request. */
export const callerOf = (ctx: ApiContext): Caller => {
  if (!ctx.state.caller) throw new TypeError('the route of this handler does not authenticate callers');
  return ctx.state.caller;
};

/** The caller as the actor of audit events. */
export const actorOf = (ctx: ApiContext): UserActor => ({
  actorId: callerOf(ctx).userId,
  requestMetadata: ctx.state.requestMetadata,
});

/** The transaction of a route that has `transaction: true`; without one the route table is wrong. */
export const transactionOf = (ctx: ApiContext): RouteTransaction => {
  if (!ctx.state.transaction) throw new TypeError('the route of this handler has no transaction');
  return ctx.state.transaction;
};
