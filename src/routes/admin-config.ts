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
import { ConfigCompareQuery, ConfigComparison, ConfigJsonSchema } from '../contract/config-overrides.js';
import { ListQuery } from '../contract/list.js';
import { compareConfigRevisions } from '../handlers/admin/config/compare.js';
import { ConfigFiles } from '../contract/admin/config-files.js';
import { listConfigFiles } from '../handlers/admin/config/files/list.js';
import { reloadConfig } from '../handlers/admin/config/reload.js';
import { listConfigRevisions } from '../handlers/admin/config/revisions/list.js';
import { showConfigRevision } from '../handlers/admin/config/revisions/show.js';
import { rollBackConfig } from '../handlers/admin/config/rollback.js';
import { getConfigSchema } from '../handlers/admin/config/schema.js';
import { showConfig } from '../handlers/admin/config/show.js';
import { validateConfig } from '../handlers/admin/config/validate.js';
import { endpoint, type Endpoint } from './endpoint.js';

const etag = { ETag: 'Version of the configuration and of its files.' };

/** /api/v1/admin/config */
export const adminConfigRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config',
    module: 'admin/config/show',
    operationId: 'getConfig',
    summary: 'Get the active configuration',
    description:
      'Every setting with its value, source and default, the changes that wait for a restart, and the state of all instances. Secrets are masked.',
    caller: 'required',
    permission: 'config:read',
    responses: { 200: { description: 'The configuration of this instance.', schema: ConfigView, headers: etag } },
    errors: [],
    handler: showConfig,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/revisions',
    module: 'admin/config/revisions/list',
    operationId: 'listConfigRevisions',
    summary: 'List configuration revisions',
    description: 'Who changed which settings when, newest first.',
    caller: 'required',
    permission: 'config:read',
    query: ListQuery,
    responses: { 200: { description: 'One page of revisions, newest first.', schema: ConfigRevisionPage } },
    errors: [],
    handler: listConfigRevisions,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/revisions/:n',
    module: 'admin/config/revisions/show',
    operationId: 'getConfigRevision',
    summary: 'Get a configuration revision',
    description: 'The revision with its changes compared to the previous one. Secrets are masked.',
    caller: 'required',
    permission: 'config:read',
    params: ConfigRevisionPath,
    responses: {
      200: { description: 'The revision.', schema: ConfigRevision, headers: { ETag: 'Version of the revision.' } },
    },
    errors: ['not_found'],
    handler: showConfigRevision,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/compare',
    module: 'admin/config/compare',
    operationId: 'compareConfigRevisions',
    summary: 'Compare configuration revisions',
    description: 'The settings that differ between two revisions, overrides included. Secrets are masked.',
    caller: 'required',
    permission: 'config:read',
    query: ConfigCompareQuery,
    responses: { 200: { description: 'The differences.', schema: ConfigComparison } },
    errors: ['not_found'],
    handler: compareConfigRevisions,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/schema',
    module: 'admin/config/schema',
    operationId: 'getConfigSchema',
    summary: 'Get the JSON Schema of the configuration',
    description:
      'Describes the files with types, defaults and descriptions, so that editors can complete and check them. The members that begin with `x-` contain the class, the unit, the range and the environment variable of a setting.',
    caller: 'required',
    permission: 'config:read',
    responses: { 200: { description: 'The JSON Schema.', schema: ConfigJsonSchema } },
    errors: [],
    handler: getConfigSchema,
  }),
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/config/files',
    module: 'admin/config/files/list',
    operationId: 'listConfigFiles',
    summary: 'List the configuration files',
    description:
      'The files as they are on disk, lowest precedence first, with the errors for which they were rejected. Secrets and comments are masked.',
    caller: 'required',
    permission: 'config:read',
    responses: { 200: { description: 'All files.', schema: ConfigFiles } },
    errors: [],
    handler: listConfigFiles,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/validate',
    module: 'admin/config/validate',
    operationId: 'validateConfig',
    summary: 'Validate settings (dry run)',
    description:
      'Validates settings as if they were the content of `local.yaml`; nothing is changed. The body replaces the whole file: a setting that the current `local.yaml` contains and the body does not is reported in `changes` as returning to its value in the other files or its default. Invalid settings return 422 `invalid_config`. Settings that an environment variable sets are validated but would have no effect; they are listed in `no_effect` and not in `changes`. With `changes`, the body is validated as overrides instead, like those of `PATCH /api/v1/admin/config`.',
    caller: 'required',
    permission: 'config:read',
    body: ConfigValidateBody,
    responses: {
      200: { description: 'The settings are valid; `changes` lists what they would change.', schema: ConfigValidation },
    },
    errors: ['invalid_config'],
    handler: validateConfig,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/reload',
    module: 'admin/config/reload',
    operationId: 'reloadConfig',
    summary: 'Reload the configuration files',
    description:
      'Reads the files now instead of waiting for the file watcher. Invalid files change nothing and return 422 `invalid_config`.',
    caller: 'required',
    permission: 'config:write',
    responses: { 200: { description: 'The settings of the files are active.', schema: ConfigReload, headers: etag } },
    errors: ['invalid_config', 'precondition_failed'],
    handler: reloadConfig,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/config/rollback',
    module: 'admin/config/rollback',
    operationId: 'rollbackConfig',
    summary: 'Roll back to a revision',
    description:
      'Activates the values of an earlier revision on every instance. They replace all overrides and stay active until they are removed with `DELETE /api/v1/admin/config/overrides`, also when the files change.',
    caller: 'required',
    permission: 'config:write',
    body: ConfigRollbackBody,
    responses: {
      200: {
        description: 'The values of the revision are active on every instance.',
        schema: ConfigReload,
        headers: etag,
      },
    },
    errors: ['not_found', 'invalid_config', 'precondition_failed', 'confirmation_pending'],
    handler: rollBackConfig,
  }),
];
