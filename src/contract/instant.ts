import { z } from 'zod';

/** The syntax of RFC 3339, 5.6, case-insensitive. Whether the fields form a valid time is checked separately. */
const form =
  /^(?<date>\d{4}-\d{2}-\d{2})[Tt](?<hourMinute>\d{2}:\d{2}):(?<second>\d{2})(?<fraction>\.\d+)?(?<offset>[Zz]|[+-]\d{2}:\d{2})$/;

const lastMinuteOfDay = 23 * 60 + 59;

const strict = z.iso.datetime({ offset: true });

/** A leap second is inserted at the end of a month in UTC (RFC 3339, 5.7). */
const isEndOfMonth = (minute: Date): boolean => {
  const next = new Date(minute.getTime() + 60_000);
  return minute.getUTCHours() * 60 + minute.getUTCMinutes() === lastMinuteOfDay && next.getUTCDate() === 1;
};

/** A time near the first or last year may be in another one in UTC, which RFC 3339 cannot express. */
const hasFourDigitYear = (instant: Date): boolean => /^\d{4}-/.test(instant.toISOString());

/** Parses an RFC 3339 time; a leap second counts as the second after it. Undefined for other text. */
const readInstant = (value: string): Date | undefined => {
  const instant = parseInstant(value);
  return instant !== undefined && hasFourDigitYear(instant) ? instant : undefined;
};

const parseInstant = (value: string): Date | undefined => {
  const { date, hourMinute, second, fraction = '', offset } = form.exec(value)?.groups ?? {};
  if (date === undefined || hourMinute === undefined || offset === undefined) return undefined;
  const isLeap = second === '60';
  const text = (seconds: string | undefined): string =>
    `${date}T${hourMinute}:${seconds ?? ''}${isLeap ? '' : fraction}${offset.toUpperCase()}`;
  const parsed = strict.safeParse(text(isLeap ? '59' : second));
  if (!parsed.success) return undefined;
  const instant = new Date(parsed.data);
  if (!isLeap) return instant;
  return isEndOfMonth(new Date(text('00'))) ? new Date(instant.getTime() + 1000) : undefined;
};

const usualMessage = 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z';

/** A `+` in a query is a space unless it is encoded as `%2B`; the error says so if that is the only problem. */
const messageFor = (value: string): string =>
  readInstant(value.replace(' ', '+')) === undefined ? usualMessage : `${usualMessage}; write + as %2B in a query`;

/** A time in a request: RFC 3339, in UTC or with an offset. */
export const Instant = z
  .string()
  .transform((value, context) => {
    const instant = readInstant(value);
    if (instant !== undefined) return instant;
    context.issues.push({ code: 'invalid_format', format: 'datetime', input: value, message: messageFor(value) });
    return z.NEVER;
  })
  .meta({ format: 'date-time', example: '2026-01-31T12:00:00Z' });
