import { z } from 'zod';
import { Timestamp } from './user.js';

/** The response of POST /api/v1/admin/cache/flush. */
export const CacheFlushed = z
  .strictObject({ flushed: z.literal(true), items_flushed: z.int().nonnegative(), timestamp: Timestamp })
  .meta({ id: 'CacheFlushed' });
