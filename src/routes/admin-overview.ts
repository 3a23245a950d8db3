import { AdminSelf, Overview } from '../contract/admin/overview.js';
import { Statistics, StatisticsQuery } from '../contract/admin/statistics.js';
import { showAdminSelf } from '../handlers/admin/me.js';
import { showOverview } from '../handlers/admin/overview.js';
import { showStatistics } from '../handlers/admin/statistics.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/admin/me, /api/v1/admin/overview and /api/v1/admin/statistics */
export const adminOverviewRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/me',
    module: 'admin/me',
    operationId: 'getAdminSelf',
    summary: 'Get your permissions',
    description: 'The current user with all permissions of their roles. Users without any get an empty list.',
    caller: 'required',
    responses: { 200: { description: 'The current user.', schema: AdminSelf } },
    errors: [],
    handler: showAdminSelf,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/overview',
    module: 'admin/overview',
    operationId: 'getOverview',
    summary: 'Get the state of the service',
    description: 'Instances, health, outbox, settings that wait for a restart, and warnings.',
    caller: 'required',
    permission: 'statistics:read',
    responses: { 200: { description: 'The state of the service.', schema: Overview } },
    errors: [],
    handler: showOverview,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/statistics',
    module: 'admin/statistics',
    operationId: 'getStatistics',
    summary: 'Get statistics',
    description:
      'Counts of logins, registrations, password resets and 5xx responses for each hour of a period, and the current number of sessions and users. Other instances add their counts once a minute; sessions and users are counted once a minute.',
    caller: 'required',
    permission: 'statistics:read',
    query: StatisticsQuery,
    responses: { 200: { description: 'The counts.', schema: Statistics } },
    errors: [],
    handler: showStatistics,
  }),
];
