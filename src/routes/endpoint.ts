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

/** One row of a route table: the contract of the endpoint, and the middleware in front of its handler. */
export interface Endpoint extends Contract {
  readonly limit?: PolicyName;
  /** A feature gate. If its error is not_found, the path is unknown to every method while it is closed. */
  readonly gate?: FeatureGate;
  /** The middleware and the handler, in the order in which they run. */
  pipeline(services: Services): Middleware[];
}

/** An endpoint as defined in a route table. The schemas determine the types of the handler. */
interface Definition<B, Q, P> extends Omit<Contract, 'body' | 'query' | 'params' | 'limit'> {
  readonly body?: B;
  readonly query?: Q;
  readonly params?: P;
  readonly limit?: PolicyName;
  /** A feature gate. If its error is not_found, the path is unknown to every method while it is closed. */
  readonly gate?: FeatureGate;
  /** A feature gate for this method, checked before the body is read. */
  readonly permit?: FeatureGate;
  /** Find further errors in a body that its schema rejects, such as a violation of the password policy. */
  readonly alsoCheck?: readonly ((services: Services) => BodyCheck)[];
  /** Whether the route only ends the session of its bearer token, which may then be expired. */
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

/** Adds 304 to a contract whose 200 response has an ETag. Both have the same headers (RFC 9110, 15.4.5). */
const withNotModified = ({ responses }: Pick<Contract, 'responses'>): Contract['responses'] => {
  const { headers } = responses[200] ?? {};
  if (headers?.['ETag'] === undefined) return responses;
  return {
    ...responses,
    304: { description: 'Not modified: `If-None-Match` contains the current `ETag`.', headers },
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
  const { handler, gate: gateOf, permit, alsoCheck = [], isLogout, transaction: isTransaction, ...rest } = definition;
  const declared = rest as Contract & { limit?: PolicyName };
  const contract = declared.method === 'GET' ? { ...declared, responses: withNotModified(declared) } : declared;
  const isClosable = duringMaintenance(contract) === 'operators';
  return {
    ...contract,
    ...(gateOf && { gate: gateOf }),
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
      validate(
        contract,
        alsoCheck.map((check) => check(services)),
      ),
      ...(contract.idempotent === true ? [idempotent(services)] : []),
      ...(isTransaction === true ? [transaction(services)] : []),
      handler(services) as Middleware,
    ],
  };
};
