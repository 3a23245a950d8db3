import type { Contract } from '../../../src/contract/contract.js';
import { environmentName, keyOfVariable, openSectionOf, settings } from '../../../src/config/schema/schema.js';

/** What one scenario covered. */
export interface ScenarioCoverage {
  readonly uri: string;
  readonly name: string;
  /** `METHOD path` of the contract, with the statuses of the responses. */
  readonly routes: Readonly<Record<string, readonly number[]>>;
  /** Keys of the configuration that the scenario set. */
  readonly keys: readonly string[];
  /** Actions of the audit events that it recorded. */
  readonly actions: readonly string[];
  /** Those of them that the operator changed while the service was running, and that the service applied. */
  readonly changed: readonly string[];
}

/** Names an endpoint in reports. */
export const routeName = ({ method, path }: Pick<Contract, 'method' | 'path'>): string => `${method} ${path}`;

type MethodAndPath = Pick<Contract, 'method' | 'path'>;

/** Finds the endpoint of a request. */
export type RouteFinder<E extends MethodAndPath = Contract> = (method: string, path: string) => E | undefined;

/** Returns a function that finds an endpoint of the contract; paths without parameters come first, as in the router. */
export const routeFinder = <E extends MethodAndPath>(endpoints: readonly E[]): RouteFinder<E> => {
  const patterns = endpoints
    .map((endpoint) => ({
      endpoint,
      pattern: new RegExp(`^${endpoint.path.replaceAll('.', '\\.').replaceAll(/:[A-Za-z_]+/g, '[^/]+')}$`),
    }))
    .sort((one, other) => Number(one.endpoint.path.includes(':')) - Number(other.endpoint.path.includes(':')));
  const literals = new Set(endpoints.map(({ path }) => path).filter((path) => !path.includes(':')));
  return (method, path) => {
    const [pathname = ''] = path.split('?');
    // A path without parameters has only its own methods.
    const matches = ({ endpoint, pattern }: (typeof patterns)[number]): boolean =>
      literals.has(pathname) ? endpoint.path === pathname : pattern.test(pathname);
    return patterns.find((each) => each.endpoint.method === method && matches(each))?.endpoint;
  };
};

const keyOf = new Map([...settings.keys()].map((key) => [environmentName(key), key])) as ReadonlyMap<string, string>;

/** Adds a key under the name that the reference has for it. */
const addKey = (keys: Set<string>, key: string): void => {
  if (settings.has(key)) keys.add(key);
  else if (openSectionOf(key) !== undefined) keys.add(key.replace(/\..*$/, '.*'));
};

/** Records what one scenario covers while it runs, for the index of the features. */
export class CoverageRecorder {
  readonly #routes = new Map<string, Set<number>>();
  readonly #keys = new Set<string>();
  #actions: readonly string[] = [];
  readonly #changed = new Set<string>();

  constructor(
    private readonly uri: string,
    private readonly name: string,
  ) {}

  /** Records that an endpoint responded, and with which status. */
  recordResponse(contract: Contract, status?: number): void {
    const route = routeName(contract);
    const statuses = this.#routes.get(route) ?? new Set();
    if (status !== undefined) statuses.add(status);
    this.#routes.set(route, statuses);
  }

  /** Records a setting, given as its key or as its environment variable. */
  recordKeySet(key: string): void {
    addKey(this.#keys, keyOf.get(key) ?? keyOfVariable(key) ?? key);
  }

  /** Records a key whose change the running service has applied. */
  recordKeyChange(key: string): void {
    addKey(this.#changed, key);
  }

  /** Records the actions of the audit events at the end of the scenario. */
  recordAuditActions(actions: readonly string[]): void {
    this.#actions = actions;
  }

  /** What was covered, in a stable order. */
  get result(): ScenarioCoverage {
    const routes = [...this.#routes].sort(([one], [other]) => one.localeCompare(other));
    return {
      uri: this.uri,
      name: this.name,
      routes: Object.fromEntries(routes.map(([route, statuses]) => [route, [...statuses].sort((a, b) => a - b)])),
      keys: [...this.#keys].sort(),
      actions: [...this.#actions].sort(),
      changed: [...this.#changed].sort(),
    };
  }
}
