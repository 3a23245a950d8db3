import { z } from 'zod';
import { pageOf } from './list.js';
import { text } from './text.js';
import { Id, Timestamp } from './user.js';

/** A name to greet: 1 to 100 characters. */
export const GreetedName = text({ min: 1, max: 100 }).meta({ example: 'Ada' });

/** The query of GET /api/v1/greet. */
export const GreetQuery = z.strictObject({ name: GreetedName.optional() });

/** The path of GET /api/v1/greet/{name}. */
export const GreetPath = z.strictObject({ name: GreetedName });

/** The body of POST /api/v2/greet. */
export const GreetBody = z.strictObject({ name: GreetedName }).meta({ id: 'GreetBody' });

/** The answer of greeting, version 1. */
export const Greeting = z.strictObject({ message: z.string() }).meta({ id: 'Greeting' });

/** The answer of greeting, version 2. */
export const GreetingV2 = z.strictObject({ message: z.string(), greeted_at: Timestamp }).meta({ id: 'GreetingV2' });

/** A greeting in a person's history. */
export const PersonalGreeting = z
  .strictObject({ id: Id, message: z.string(), context: z.string().nullable(), created_at: Timestamp })
  .meta({ id: 'PersonalGreeting' });

/** The answer of GET /api/v1/users/me/greetings. */
export const GreetingPage = pageOf(PersonalGreeting).meta({ id: 'GreetingPage' });

export type GreetQuery = z.infer<typeof GreetQuery>;
export type GreetPath = z.infer<typeof GreetPath>;
export type GreetBody = z.infer<typeof GreetBody>;
