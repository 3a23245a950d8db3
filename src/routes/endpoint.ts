import { duringMaintenance, type Contract, type ObjectSchema, type Parsed, type Schema } from '../contract/contract.js';
import type { PolicyName } from '../limits/policy.js';
import { authenticate, authenticateLogout } from '../middleware/authenticate.js';
import { authorize } from '../middleware/authorize.js';
import { body } from '../middleware/body.js';
import { validateResponse } from '../middleware/validate-response.js';
import { deadline } from '../middleware/deadline.js';
import type { Handler, Middleware } from '../middleware/context.js';
import { featureGate, type FeatureGate } from '../middleware/feature-gate.js';
import { notModified } from '../middleware/not-modified.js';
import { idempotent } from '../middleware/idempotent.js';
import { maintenance, operatorsOnly } from '../middleware/maintenance.js';
import { rateLimit } from '../middleware/rate-limit.js';
import { transaction } from '../middleware/transaction.js';
import { validate, type BodyCheck } from '../middleware/validate.js';
import type { Services } from '../services.js';

/** One row of a route table: what the endpoint promises, and the way of a request to its handler. */
export interface Endpoint extends Contract {
  readonly limit?: PolicyName;
  /** The wrappers and the handler, in the order in which a request walks through them. */
  pipeline(services: Services): Middleware[];
}

/** An endpoint as a route table writes it: the schemas type the handler. */
interface Definition<B, Q, P> extends Omit<Contract, 'body' | 'query' | 'params' | 'limit'> {
  readonly body?: B;
  readonly query?: Q;
  readonly params?: P;
  readonly limit?: PolicyName;
  /** A switch that hides the whole path while it is shut. */
  readonly gate?: FeatureGate;
  /** A switch that refuses the caller while it is shut, before the body is looked at. */
  readonly permit?: FeatureGate;
  /** Finds what else is wrong with a body that its schema refuses, such as a password that the policy refuses. */
  readonly alsoCheck?: (services: Services) => BodyCheck;
  /** Whether it only ends the session of its bearer token, which may have expired then. */
  readonly isLogout?: boolean;
  /** Whether the handler runs in a transaction. */
  readonly transaction?: boolean;
  readonly handler: (services: Services) => Handler<Parsed<B>, Parsed<Q>, Parsed<P>>;
}

const noStore = (contract: Contract): Middleware =>
  async function noStore(ctx, next) {
    ctx.state.route = contract.path;
    ctx.set('Cache-Control', 'no-store');
    await next();
  };

/** Adds 304 to a contract whose 200 response has an entity tag. */
const withNotModified = ({ responses }: Pick<Contract, 'responses'>): Contract['responses'] => {
  const { ETag: etag } = responses[200]?.headers ?? {};
  if (etag === undefined) return responses;
  return {
    ...responses,
    304: { description: 'Not modified: `If-None-Match` contains the current `ETag`.', headers: { ETag: etag } },
  };
};

const authentication = (services: Services, { caller }: Contract, isLogout = false): Middleware[] => {
  if (isLogout) return [authenticateLogout(services)];
  return caller === 'anyone' ? [] : [authenticate(services, caller)];
};

/**
 * Creates one row of a route table. Errors have the order of the contract: disabled route, maintenance, rate limit, 401, 403, body,
 * 422, and then the errors of the handler.
 */
export const endpoint = <
  B extends Schema | undefined = undefined,
  Q extends ObjectSchema | undefined = undefined,
  P extends ObjectSchema | undefined = undefined,
>(
  definition: Definition<B, Q, P>,
): Endpoint => {
  const { handler, gate: gateOf, permit, alsoCheck, isLogout, transaction: isTransaction, ...rest } = definition;
  const declared = rest as Contract & { limit?: PolicyName };
  const contract = declared.method === 'GET' ? { ...declared, responses: withNotModified(declared) } : declared;
  const isClosable = duringMaintenance(contract) === 'operators';
  return {
    ...contract,
    pipeline: (services) => [
      noStore(contract),
      ...(services.validateResponses ? [validateResponse(contract)] : []),
      ...(contract.responses[304] ? [notModified()] : []),
      ...(gateOf ? [featureGate(gateOf)] : []),
      ...(isClosable ? [maintenance()] : []),
      ...(contract.unlimited === true ? [] : [rateLimit(services, 'global')]),
      ...(contract.limit === undefined ? [] : [rateLimit(services, contract.limit)]),
      deadline(services),
      ...authentication(services, contract, isLogout),
      ...(isClosable ? [operatorsOnly(services)] : []),
      ...(contract.permission === undefined ? [] : [authorize(services, contract.permission)]),
      ...(permit ? [featureGate(permit)] : []),
      ...(contract.method === 'GET' ? [] : [body()]),
      validate(contract, alsoCheck?.(services)),
      ...(contract.idempotent === true ? [idempotent(services)] : []),
      ...(isTransaction === true ? [transaction(services)] : []),
      handler(services) as Middleware,
    ],
  };
};
