import { z } from 'zod';
import { Timestamp } from '../user.js';

/** One hour in milliseconds. */
export const hourMs = 3_600_000;
const mostHours = 720;

const Count = z.int().nonnegative();

/** The query of GET /api/v1/admin/statistics: a period of 1 to 720 hours. */
export const StatisticsQuery = z.strictObject({
  window: z
    .string()
    .regex(/^[1-9][0-9]{0,2}[hd]$/, { error: 'must be a number of hours or days, such as 24h or 7d', abort: true })
    .refine((text) => hoursOf(text) <= mostHours, { error: 'must be between 1h and 30d' })
    .optional()
    .meta({ description: 'The period: 1h to 30d. Default: 24h.', example: '7d' }),
});

/** The hours of a period such as `24h` or `7d`. */
export const hoursOf = (text: string): number => Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1);

/** The start of the hour of a time. */
export const startOfHour = (time: Date): Date => new Date(Math.floor(time.getTime() / hourMs) * hourMs);

/** What happened within one hour. */
export const HourlyCounts = z
  .strictObject({
    hour: Timestamp.meta({ description: 'Start of the hour.' }),
    logins: Count,
    failures: Count.meta({ description: 'Failed logins.' }),
    registrations: Count,
    resets: Count.meta({ description: 'Completed password resets.' }),
    errors_5xx: Count.meta({ description: 'Responses with a 5xx status, except during maintenance.' }),
  })
  .meta({ id: 'HourlyCounts' });

/** The response of GET /api/v1/admin/statistics. */
export const Statistics = z
  .strictObject({
    window: z.string(),
    hours: z.array(HourlyCounts).meta({ description: 'Every hour of the period, oldest first.' }),
    active_sessions: Count,
    users: z.strictObject({ active: Count, blocked: Count, deleted: Count }),
  })
  .meta({ id: 'Statistics' });

export type StatisticsQuery = z.infer<typeof StatisticsQuery>;
export type HourlyCounts = z.infer<typeof HourlyCounts>;
export type Statistics = z.infer<typeof Statistics>;
