import {
  ConfigConfirmation,
  ConfigConfirmationBody,
  ConfigOverridePage,
  ConfigOverridePath,
  ConfigPatch,
  ConfigPatchBody,
  ConfigPatchScheduled,
  ScheduledConfigChangePage,
  ScheduledConfigChangePath,
} from '../contract/config-overrides.js';
import { ListQuery } from '../contract/list.js';
import { confirmConfigChange } from '../handlers/admin/config/confirm.js';
import { deleteConfigOverrides } from '../handlers/admin/config/overrides/clear.js';
import { deleteConfigOverride } from '../handlers/admin/config/overrides/delete.js';
import { listConfigOverrides } from '../handlers/admin/config/overrides/list.js';
import { revertConfigChange } from '../handlers/admin/config/revert.js';
import { cancelScheduledConfigChange } from '../handlers/admin/config/scheduled/cancel.js';
import { listScheduledConfigChanges } from '../handlers/admin/config/scheduled/list.js';
import { updateConfig } from '../handlers/admin/config/update.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Version of the configuration and of its files.' };

/** PATCH /api/v1/admin/config, and the overrides and scheduled changes that it makes. */
export const adminConfigOverrideRoutes = (): Endpoint[] => [
  endpoint({
    method: 'PATCH',
    path: '/api/v1/admin/config',
    module: 'admin/config/update',
    operationId: 'updateConfig',
    summary: 'Override settings',
    description:
      'Overrides settings on every instance. Overrides take precedence over the files and are kept across restarts; null removes an override. With `confirm_within`, the change is reverted unless it is confirmed in time, and with `guard` also when too many requests fail. With `expires_in`, the overrides end by themselves. With `at`, the change is applied later, and the response is 202. `If-Match` with the `ETag` of the configuration is required. All errors of the settings are returned at once, one for each key.',
    caller: 'required',
    permission: 'config:write',
    body: ConfigPatchBody,
    responses: {
      200: { description: 'The change is active on every instance.', schema: ConfigPatch, headers: etag },
      202: { description: 'The change is scheduled.', schema: ConfigPatchScheduled, headers: etag },
    },
    errors: ['precondition_required', 'precondition_failed', 'confirmation_pending', 'invalid_config'],
    handler: updateConfig,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/confirm',
    module: 'admin/config/confirm',
    operationId: 'confirmConfigChange',
    summary: 'Confirm a configuration change',
    description: 'Keeps a change that would otherwise be reverted at `confirm_by`.',
    caller: 'required',
    permission: 'config:write',
    body: ConfigConfirmationBody,
    responses: { 200: { description: 'The change is kept.', schema: ConfigConfirmation } },
    errors: ['nothing_to_confirm', 'precondition_failed'],
    handler: confirmConfigChange,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/revert',
    module: 'admin/config/revert',
    operationId: 'revertConfigChange',
    summary: 'Revert a configuration change',
    description:
      'Reverts a change that is waiting for confirmation: each of its settings returns to its earlier override, or to the value of the files.',
    caller: 'required',
    permission: 'config:write',
    body: ConfigConfirmationBody,
    responses: { 200: { description: 'The earlier values are active on every instance.', schema: ConfigConfirmation } },
    errors: ['nothing_to_confirm', 'precondition_failed', 'invalid_config'],
    handler: revertConfigChange,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/overrides',
    module: 'admin/config/overrides/list',
    operationId: 'listConfigOverrides',
    summary: 'List configuration overrides',
    description: 'The settings whose values in the files are overridden, newest first.',
    caller: 'required',
    permission: 'config:read',
    query: ListQuery,
    responses: { 200: { description: 'One page of overrides, newest first.', schema: ConfigOverridePage } },
    errors: [],
    handler: listConfigOverrides,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/config/overrides',
    module: 'admin/config/overrides/clear',
    operationId: 'deleteConfigOverrides',
    summary: 'Remove all configuration overrides',
    description: 'The values of the files are active on every instance afterwards. This ends a rollback too.',
    caller: 'required',
    permission: 'config:write',
    responses: { 204: { description: 'No setting is overridden.' } },
    errors: ['precondition_failed', 'confirmation_pending', 'invalid_config'],
    handler: deleteConfigOverrides,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/config/overrides/:key',
    module: 'admin/config/overrides/delete',
    operationId: 'deleteConfigOverride',
    summary: 'Remove a configuration override',
    description: 'The value of the files is active on every instance afterwards.',
    caller: 'required',
    permission: 'config:write',
    params: ConfigOverridePath,
    responses: { 204: { description: 'The setting is not overridden.' } },
    errors: ['not_found', 'precondition_failed', 'confirmation_pending', 'invalid_config'],
    handler: deleteConfigOverride,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/scheduled',
    module: 'admin/config/scheduled/list',
    operationId: 'listScheduledConfigChanges',
    summary: 'List scheduled configuration changes',
    description: 'The changes that will be applied at a later time, newest first.',
    caller: 'required',
    permission: 'config:read',
    query: ListQuery,
    responses: { 200: { description: 'One page of changes, newest first.', schema: ScheduledConfigChangePage } },
    errors: [],
    handler: listScheduledConfigChanges,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/config/scheduled/:id',
    module: 'admin/config/scheduled/cancel',
    operationId: 'cancelScheduledConfigChange',
    summary: 'Cancel a scheduled configuration change',
    description: 'The change will not be applied.',
    caller: 'required',
    permission: 'config:write',
    params: ScheduledConfigChangePath,
    responses: { 204: { description: 'The change is cancelled.' } },
    errors: ['not_found', 'precondition_failed'],
    handler: cancelScheduledConfigChange,
  }),
];
