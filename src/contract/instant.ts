import { z } from 'zod';

/** A time that a caller names: RFC 3339, in UTC or with an offset. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value))
  .meta({ example: '2026-01-31T12:00:00Z' });
