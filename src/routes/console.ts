import { LoginBody } from '../contract/auth.js';
import { ConsoleAssetPath, ConsoleItemPath, ConsoleScreenPath, ConsoleSession } from '../contract/operator-console.js';
import { staticTypes, Text } from '../contract/system.js';
import { NoBody } from '../contract/contract.js';
import { consoleAsset } from '../handlers/console/asset.js';
import { ConsoleFiles } from '../handlers/console/files.js';
import { consoleItem } from '../handlers/console/item.js';
import { consolePage } from '../handlers/console/page.js';
import { consoleScreen } from '../handlers/console/screen.js';
import { createConsoleSession } from '../handlers/console/session/create.js';
import { deleteConsoleSession } from '../handlers/console/session/delete.js';
import { refreshConsoleSession } from '../handlers/console/session/refresh.js';
import type { FeatureGate } from '../middleware/feature-gate.js';
import { endpoint, type Endpoint } from './endpoint.js';

const whileEnabled: FeatureGate = { isEnabled: (settings) => settings.console.enabled, code: 'not_found' };

const cookie = { 'Set-Cookie': 'The refresh token, in a cookie that scripts cannot read.' };

const page = { description: 'The page.', schema: Text, contentType: 'text/html' };

const pageRoutes = (files: ConsoleFiles): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/console',
    module: 'console/page',
    operationId: 'getConsolePage',
    summary: 'Operator console',
    description: 'The web console for operators. It is available while the setting `console.enabled` is on.',
    caller: 'anyone',
    gate: whileEnabled,
    responses: { 200: page },
    errors: ['not_found'],
    handler: consolePage(files),
  }),
  endpoint({
    method: 'GET',
    path: '/console/assets/:asset',
    module: 'console/asset',
    operationId: 'getConsoleAsset',
    summary: 'Script or style sheet of the operator console',
    description: 'Static files of the console. Their names change with their content.',
    caller: 'anyone',
    gate: whileEnabled,
    params: ConsoleAssetPath,
    responses: {
      200: {
        description: 'The file.',
        schema: Text,
        contentType: staticTypes,
        headers: { ETag: 'Version of the file.' },
      },
    },
    errors: ['not_found'],
    handler: consoleAsset(files),
  }),
  endpoint({
    method: 'GET',
    path: '/console/:screen',
    module: 'console/screen',
    operationId: 'getConsoleScreen',
    summary: 'Screen of the operator console',
    description: 'The page of the console, which shows the screen.',
    caller: 'anyone',
    gate: whileEnabled,
    params: ConsoleScreenPath,
    responses: { 200: page },
    errors: ['not_found'],
    handler: consoleScreen(files),
  }),
  endpoint({
    method: 'GET',
    path: '/console/:screen/:item',
    module: 'console/item',
    operationId: 'getConsoleItem',
    summary: 'Detail page of the operator console',
    description: 'The page of the console, which shows for example one user.',
    caller: 'anyone',
    gate: whileEnabled,
    params: ConsoleItemPath,
    responses: { 200: page },
    errors: ['not_found'],
    handler: consoleItem(files),
  }),
];

/** /console: the operator console */
export const consoleRoutes = (): Endpoint[] => [
  ...pageRoutes(new ConsoleFiles()),
  endpoint({
    method: 'POST',
    path: '/console/session',
    module: 'console/session/create',
    operationId: 'createConsoleSession',
    summary: 'Log in to the operator console',
    description:
      'Starts a session of the console for a user with at least one permission; other users get 403 `forbidden`. The session ends after `console.idleTimeout` without a refresh.',
    caller: 'anyone',
    gate: whileEnabled,
    limit: 'login',
    admitsOperators: true,
    body: LoginBody,
    responses: { 200: { description: 'Access token of a new session.', schema: ConsoleSession, headers: cookie } },
    errors: ['not_found', 'forbidden', 'invalid_credentials', 'too_many_attempts', 'overloaded'],
    handler: createConsoleSession,
  }),
  endpoint({
    method: 'POST',
    path: '/console/session/refresh',
    module: 'console/session/refresh',
    operationId: 'refreshConsoleSession',
    summary: 'Refresh the session of the operator console',
    description:
      'Exchanges the refresh token in the cookie for a new one. The `Origin` of the request must be that of the console.',
    caller: 'anyone',
    gate: whileEnabled,
    limit: 'refresh',
    admitsOperators: true,
    body: NoBody,
    responses: {
      200: { description: 'New access token of the same session.', schema: ConsoleSession, headers: cookie },
    },
    errors: ['not_found', 'forbidden', 'invalid_refresh_token'],
    handler: refreshConsoleSession,
  }),
  endpoint({
    method: 'DELETE',
    path: '/console/session',
    module: 'console/session/delete',
    operationId: 'deleteConsoleSession',
    summary: 'Log out of the operator console',
    description: 'Ends the session of the cookie and removes the cookie.',
    caller: 'anyone',
    gate: whileEnabled,
    admitsOperators: true,
    responses: { 204: { description: 'The session has ended.', headers: cookie } },
    errors: ['not_found', 'forbidden'],
    handler: deleteConsoleSession,
  }),
];
