import type { ApiContext } from './context.js';

const healthRoutes: ReadonlySet<string> = new Set(['/api/health', '/api/healthz', '/api/ready']);

/**
 * Whether the status of a response says something about requests: health routes report the state of the service, and
 * `maintenance` is expected.
 */
export const isOrdinaryResponse = ({ state: { route = '', problemCode } }: Pick<ApiContext, 'state'>): boolean =>
  problemCode !== 'maintenance' && !healthRoutes.has(route);
