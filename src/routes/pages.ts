import { PageAssetPath } from '../contract/page.js';
import { Text } from '../contract/system.js';
import { pageAsset } from '../handlers/pages/asset.js';
import { magicLinkPage } from '../handlers/pages/magic-link.js';
import { resetPasswordPage } from '../handlers/pages/reset-password.js';
import { verifyEmailPage } from '../handlers/pages/verify-email.js';
import { endpoint, type Endpoint } from './endpoint.js';

const page = { description: 'The page.', schema: Text, contentType: 'text/html' };

/** The pages that mailed links lead to */
export const pageRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/reset-password',
    at: 'pages/reset-password',
    summary: 'A page to set a new password; the token stands in the fragment',
    caller: 'anyone',
    answers: { 200: page },
    refusals: [],
    handler: resetPasswordPage,
  }),
  endpoint({
    method: 'GET',
    path: '/verify-email',
    at: 'pages/verify-email',
    summary: 'A page to prove an e-mail address; the token stands in the fragment',
    caller: 'anyone',
    answers: { 200: page },
    refusals: [],
    handler: verifyEmailPage,
  }),
  endpoint({
    method: 'GET',
    path: '/magic-link',
    at: 'pages/magic-link',
    summary: 'A page to log in by a mailed link; the token stands in the fragment',
    caller: 'anyone',
    answers: { 200: page },
    refusals: [],
    handler: magicLinkPage,
  }),
  endpoint({
    method: 'GET',
    path: '/pages/:asset',
    at: 'pages/asset',
    summary: 'Script and style of these pages',
    caller: 'anyone',
    params: PageAssetPath,
    answers: { 200: { description: 'The file.', schema: Text, contentType: 'text/javascript' } },
    refusals: ['not_found'],
    handler: pageAsset,
  }),
];
