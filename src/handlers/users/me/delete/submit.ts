import type { DeleteMeBody } from '../../../../contract/leaving.js';
import type { Handler } from '../../../../middleware/context.js';
import type { Services } from '../../../../services.js';
import { deleteMe } from '../delete.js';

/**
 * POST /api/v1/users/me/delete: does what DELETE /api/v1/users/me does, for clients and proxies that drop the content of a
 * DELETE request (RFC 9110, section 9.3.5).
 * @throws {AppError} see `deleteMe`
 */
export const submitDeletion = (services: Services): Handler<DeleteMeBody> => deleteMe(services);
