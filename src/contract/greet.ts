import { z } from 'zod';
import { pageOf } from './list.js';
import { text } from './text.js';
import { Id, Timestamp } from './user.js';

/** A name to greet: 1 to 100 characters. */
export const GreetedName = text({ min: 1, max: 100 }).meta({ description: 'The name to greet.', example: 'Ada' });

/** The query of GET /api/v1/greet. */
export const GreetQuery = z.strictObject({
  name: GreetedName.optional().meta({ description: 'The name to greet. Default: the current user, or the world.' }),
});

/** The path of GET /api/v1/greet/{name}. */
export const GreetPath = z.strictObject({ name: GreetedName });

/** The body of POST /api/v2/greet. */
export const GreetBody = z.strictObject({ name: GreetedName }).meta({ id: 'GreetBody' });

/** The response of greeting, version 1. */
export const Greeting = z.strictObject({ message: z.string() }).meta({ id: 'Greeting' });

/** The response of greeting, version 2. */
export const GreetingV2 = z.strictObject({ message: z.string(), greeted_at: Timestamp }).meta({ id: 'GreetingV2' });

/** A greeting in the history of a user. */
export const PersonalGreeting = z
  .strictObject({ id: Id, message: z.string(), context: z.string().nullable(), created_at: Timestamp })
  .meta({ id: 'PersonalGreeting' });

/** The response of GET /api/v1/users/me/greetings. */
export const GreetingPage = pageOf(PersonalGreeting).meta({ id: 'GreetingPage' });

export type GreetQuery = z.infer<typeof GreetQuery>;
export type GreetPath = z.infer<typeof GreetPath>;
export type GreetBody = z.infer<typeof GreetBody>;
