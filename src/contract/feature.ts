import { z } from 'zod';

/** The answer of GET /api/v1/users/me/features: each switch by name, and whether it is on. */
export const Features = z.record(z.string(), z.boolean()).meta({ id: 'Features' });

export type Features = z.infer<typeof Features>;
