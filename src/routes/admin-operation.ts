import { AuditEventPage, AuditEventQuery } from '../contract/audit-event.js';
import { CacheFlushed } from '../contract/cache.js';
import { listAuditEvents } from '../handlers/admin/audit-events/list.js';
import { flushCache } from '../handlers/admin/cache/flush.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/admin: what operators see of the running service, and do to it */
export const adminOperationRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/audit-events',
    at: 'admin/audit-events/list',
    summary: 'Read the audit trail',
    caller: 'required',
    permission: 'audit:read',
    query: AuditEventQuery,
    answers: { 200: { description: 'One page of events, newest first.', schema: AuditEventPage } },
    refusals: [],
    handler: listAuditEvents,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/cache/flush',
    at: 'admin/cache/flush',
    summary: 'Drop everything that is cached',
    caller: 'required',
    permission: 'cache:write',
    answers: { 200: { description: 'It is dropped.', schema: CacheFlushed } },
    refusals: ['cache_disabled'],
    handler: flushCache,
  }),
];
