import { z } from 'zod';

/** The response of GET /api/v1/users/me/features: feature flags by name, and whether they are on. */
export const Features = z.record(z.string(), z.boolean()).meta({ id: 'Features' });

export type Features = z.infer<typeof Features>;
