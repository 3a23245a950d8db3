import { z } from 'zod';
import { User } from './user.js';

/** The response of POST /console/session and /console/session/refresh. The refresh token is in a cookie. */
export const ConsoleSession = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().positive().meta({ description: 'Lifetime of the access token in seconds.' }),
    idle_timeout: z.int().positive().meta({
      description: 'Seconds without a refresh after which the session ends (`console.idleTimeout`).',
    }),
    user: User,
  })
  .meta({ id: 'ConsoleSession' });

/** The path of a script or style sheet of the console. */
export const ConsoleAssetPath = z.strictObject({ asset: z.string().meta({ description: 'Name of the file.' }) });

/** The path of a screen of the console. */
export const ConsoleScreenPath = z.strictObject({
  screen: z.string().meta({ description: 'Name of the screen.', example: 'users' }),
});

/** The path of one thing on a screen of the console. */
export const ConsoleItemPath = ConsoleScreenPath.extend({
  item: z.string().meta({ description: 'What the screen shows, such as the id of a user.' }),
});

export type ConsoleAssetPath = z.infer<typeof ConsoleAssetPath>;
export type ConsoleSession = z.infer<typeof ConsoleSession>;
