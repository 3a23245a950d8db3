import type { Contract } from '../contract/contract.js';
import { DocsAssetPath, OpenApi, staticTypes, Text } from '../contract/system.js';
import { docsAsset } from '../handlers/docs/asset.js';
import { openapi } from '../handlers/docs/openapi.js';
import { docsPage } from '../handlers/docs/page.js';
import type { FeatureGate } from '../middleware/feature-gate.js';
import { endpoint, type Endpoint } from './endpoint.js';

const whileEnabled: FeatureGate = { isEnabled: (settings) => settings.docs.enabled, code: 'not_found' };

const etag = { ETag: 'Version of the file.' };

/**
 * /openapi.json and /docs
 * @param contracts every endpoint of the app, including these
 */
export const docsRoutes = (contracts: () => readonly Contract[]): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/openapi.json',
    module: 'docs/openapi',
    operationId: 'getOpenApiDocument',
    summary: 'Get this API document',
    description: 'The OpenAPI 3.1 document of this service. It is available while the setting `docs.enabled` is on.',
    caller: 'anyone',
    gate: whileEnabled,
    responses: { 200: { description: 'The document.', schema: OpenApi, headers: etag } },
    errors: ['not_found'],
    handler: openapi(contracts),
  }),
  endpoint({
    method: 'GET',
    path: '/docs',
    module: 'docs/page',
    operationId: 'getDocsPage',
    summary: 'Interactive API documentation',
    description: 'Swagger UI with this document. It is available while the setting `docs.enabled` is on.',
    caller: 'anyone',
    gate: whileEnabled,
    responses: { 200: { description: 'The page.', schema: Text, contentType: 'text/html', headers: etag } },
    errors: ['not_found'],
    handler: docsPage,
  }),
  endpoint({
    method: 'GET',
    path: '/docs/:asset',
    module: 'docs/asset',
    operationId: 'getDocsAsset',
    summary: 'Script or style sheet of the documentation page',
    description: 'Static files of the documentation page.',
    caller: 'anyone',
    gate: whileEnabled,
    params: DocsAssetPath,
    responses: { 200: { description: 'The file.', schema: Text, contentType: staticTypes, headers: etag } },
    errors: ['not_found'],
    handler: docsAsset,
  }),
];
