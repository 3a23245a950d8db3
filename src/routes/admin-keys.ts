import { RotateKeys, SigningKey, SigningKeyList, SigningKeyPath } from '../contract/signing-key.js';
import { deleteKey } from '../handlers/admin/jwt/secrets/delete.js';
import { listKeys } from '../handlers/admin/jwt/secrets/list.js';
import { rotateKeys } from '../handlers/admin/jwt/secrets/rotate.js';
import { endpoint, type Endpoint } from './endpoint.js';

/** /api/v1/admin/jwt/secrets */
export const adminKeyRoutes = (): Endpoint[] => [
  endpoint({
    method: 'GET',
    path: '/api/v1/admin/jwt/secrets',
    module: 'admin/jwt/secrets/list',
    operationId: 'listSigningKeys',
    summary: 'List signing keys',
    description: 'All keys with their states and fingerprints, newest first. Secrets are never shown.',
    caller: 'required',
    permission: 'keys:read',
    responses: { 200: { description: 'All keys, newest first.', schema: SigningKeyList } },
    errors: [],
    handler: listKeys,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/jwt/secrets/rotate',
    module: 'admin/jwt/secrets/rotate',
    operationId: 'rotateSigningKey',
    summary: 'Rotate the signing key',
    description:
      'Creates a key that signs new tokens on every instance at once. Tokens of the previous key stay valid until they expire.',
    caller: 'required',
    permission: 'keys:write',
    body: RotateKeys,
    idempotent: true,
    responses: { 201: { description: 'The new active key.', schema: SigningKey } },
    errors: [],
    handler: rotateKeys,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/jwt/secrets/:kid',
    module: 'admin/jwt/secrets/delete',
    operationId: 'deleteSigningKey',
    summary: 'Delete a signing key',
    description:
      'Every token that the key signed becomes invalid on every instance at once. The active key cannot be deleted.',
    caller: 'required',
    permission: 'keys:write',
    params: SigningKeyPath,
    responses: { 204: { description: 'The key is deleted.' } },
    errors: ['not_found', 'active_key'],
    handler: deleteKey,
  }),
];
