import {
  ConfigReload,
  ConfigRevision,
  ConfigRevisionPage,
  ConfigRevisionPath,
  ConfigRollbackBody,
  ConfigValidateBody,
  ConfigValidation,
  ConfigView,
} from '../contract/config.js';
import { ListQuery } from '../contract/list.js';
import { reloadConfig } from '../handlers/admin/config/reload.js';
import { listConfigRevisions } from '../handlers/admin/config/revisions/list.js';
import { showConfigRevision } from '../handlers/admin/config/revisions/show.js';
import { rollBackConfig } from '../handlers/admin/config/rollback.js';
import { showConfig } from '../handlers/admin/config/show.js';
import { validateConfig } from '../handlers/admin/config/validate.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'What is in force, for If-Match (RFC 9110, 8.8.3).' };

/** /api/v1/admin/config */
export const adminConfigRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config',
    at: 'admin/config/show',
    summary: 'What is in force, and where each setting comes from',
    caller: 'required',
    permission: 'config:read',
    answers: { 200: { description: 'The configuration of this instance.', schema: ConfigView, headers: etag } },
    refusals: [],
    handler: showConfig,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/revisions',
    at: 'admin/config/revisions/list',
    summary: 'Who changed the configuration when',
    caller: 'required',
    permission: 'config:read',
    query: ListQuery,
    answers: { 200: { description: 'One page of revisions, newest first.', schema: ConfigRevisionPage } },
    refusals: [],
    handler: listConfigRevisions,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/revisions/:n',
    at: 'admin/config/revisions/show',
    summary: 'What one revision changed',
    caller: 'required',
    permission: 'config:read',
    params: ConfigRevisionPath,
    answers: { 200: { description: 'The revision.', schema: ConfigRevision, headers: { ETag: 'Of the revision.' } } },
    refusals: ['not_found'],
    handler: showConfigRevision,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/validate',
    at: 'admin/config/validate',
    summary: 'Judge settings without putting them into force',
    caller: 'required',
    permission: 'config:read',
    body: ConfigValidateBody,
    answers: { 200: { description: 'They are sound; what they would change.', schema: ConfigValidation } },
    refusals: ['invalid_config'],
    handler: validateConfig,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/reload',
    at: 'admin/config/reload',
    summary: 'Read the files now',
    caller: 'required',
    permission: 'config:write',
    answers: { 200: { description: 'What the files state is in force.', schema: ConfigReload, headers: etag } },
    refusals: ['invalid_config', 'precondition_failed'],
    handler: reloadConfig,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/rollback',
    at: 'admin/config/rollback',
    summary: 'Put an earlier revision in force until the files change',
    caller: 'required',
    permission: 'config:write',
    body: ConfigRollbackBody,
    answers: {
      200: { description: 'Its values are in force on every instance.', schema: ConfigReload, headers: etag },
    },
    refusals: ['not_found', 'invalid_config', 'precondition_failed'],
    handler: rollBackConfig,
  }),
];
