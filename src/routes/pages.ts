import { PageAssetPath } from '../contract/page.js';
import { staticTypes, Text } from '../contract/system.js';
import { pageAsset } from '../handlers/pages/asset.js';
import { magicLinkPage } from '../handlers/pages/magic-link.js';
import { resetPasswordPage } from '../handlers/pages/reset-password.js';
import { verifyEmailPage } from '../handlers/pages/verify-email.js';
import { endpoint, type Endpoint } from './endpoint.js';

const page = { description: 'The page.', schema: Text, contentType: 'text/html' };

/** Pages of emailed links. */
export const pageRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/reset-password',
    module: 'pages/reset-password',
    operationId: 'getPasswordResetPage',
    summary: 'Page to set a new password',
    description: 'Password reset links lead here. The token is in the fragment of the URL.',
    caller: 'anyone',
    responses: { 200: page },
    errors: [],
    handler: resetPasswordPage,
  }),
  endpoint({
    method: 'GET',
    path: '/verify-email',
    module: 'pages/verify-email',
    operationId: 'getEmailVerificationPage',
    summary: 'Page to verify an email address',
    description: 'Verification links lead here. The token is in the fragment of the URL.',
    caller: 'anyone',
    responses: { 200: page },
    errors: [],
    handler: verifyEmailPage,
  }),
  endpoint({
    method: 'GET',
    path: '/magic-link',
    module: 'pages/magic-link',
    operationId: 'getMagicLinkPage',
    summary: 'Page to log in with a magic link',
    description: 'Magic links lead here. The token is in the fragment of the URL.',
    caller: 'anyone',
    responses: { 200: page },
    errors: [],
    handler: magicLinkPage,
  }),
  endpoint({
    method: 'GET',
    path: '/pages/:asset',
    module: 'pages/asset',
    operationId: 'getPageAsset',
    summary: 'Script or style sheet of a page',
    description: 'Static files of the pages that emailed links lead to.',
    caller: 'anyone',
    params: PageAssetPath,
    responses: {
      200: {
        description: 'The file.',
        schema: Text,
        contentType: staticTypes,
        headers: { ETag: 'Version of the file.' },
      },
    },
    errors: ['not_found'],
    handler: pageAsset,
  }),
];
