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
    at: 'admin/jwt/secrets/list',
    summary: 'The signing keys, by their fingerprints',
    caller: 'required',
    permission: 'keys:read',
    answers: { 200: { description: 'All keys, newest first; never a secret.', schema: SigningKeyList } },
    refusals: [],
    handler: listKeys,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v1/admin/jwt/secrets/rotate',
    at: 'admin/jwt/secrets/rotate',
    summary: 'Sign with a new key from now on',
    caller: 'required',
    permission: 'keys:write',
    body: RotateKeys,
    idempotent: true,
    answers: { 201: { description: 'The key that signs now, on every instance.', schema: SigningKey } },
    refusals: [],
    handler: rotateKeys,
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v1/admin/jwt/secrets/:kid',
    at: 'admin/jwt/secrets/delete',
    summary: 'Remove a key, and end every token that it signed',
    caller: 'required',
    permission: 'keys:write',
    params: SigningKeyPath,
    answers: { 204: { description: 'They have ended, on every instance.' } },
    refusals: ['not_found', 'active_key'],
    handler: deleteKey,
  }),
];
