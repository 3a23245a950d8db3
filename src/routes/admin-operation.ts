import { AuditEventPage, AuditEventQuery } from '../contract/audit-event.js';
import { CacheFlushed } from '../contract/cache.js';
import { listAuditEvents } from '../handlers/admin/audit-events/list.js';
import { flushCache } from '../handlers/admin/cache/flush.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/admin/audit-events and /api/v1/admin/cache */
export const adminOperationRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/audit-events',
    module: 'admin/audit-events/list',
    operationId: 'listAuditEvents',
    summary: 'List audit events',
    description:
      'The audit log, newest first. All filters are combined; `since` and `until` are inclusive. With `Accept: text/csv` or `application/x-ndjson` the response is a download of all matching events, regardless of `limit`. In CSV, a text that a spreadsheet would run as a formula has an apostrophe in front of it; NDJSON contains every text unchanged.',
    caller: 'required',
    permission: 'audit:read',
    query: AuditEventQuery,
    responses: { 200: { description: 'One page of events, newest first.', schema: AuditEventPage } },
    errors: [],
    handler: listAuditEvents,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/cache/flush',
    module: 'admin/cache/flush',
    operationId: 'flushCache',
    summary: 'Flush the cache',
    description: 'Removes all cached entries on every instance.',
    caller: 'required',
    permission: 'cache:write',
    responses: { 200: { description: 'The cache is empty.', schema: CacheFlushed } },
    errors: ['cache_disabled'],
    transaction: true,
    handler: flushCache,
  }),
];
