import { z } from 'zod';
import type { ZodOpenApiOverrideMeta } from 'zod-openapi';

/** Default and largest number of rows in one page. */
export const pageSize = { default: 20, max: 100 } as const;

/** The JSON schema of a page size: a number in the document, text in the query string. */
const asInteger: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: pageSize.max, default: pageSize.default });
  delete jsonSchema.pattern;
};

/** The content of a cursor: the name of the list, and the time and the id or name of a row in it. */
interface CursorContent {
  readonly list: string;
  readonly time: string;
  readonly name: string;
}

const cursorForm = /^(?<list>[a-z_]+)\|(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|(?<name>.+)$/;

/** The number of a revision, in the cursors of revisions. */
const revisionForm = /^r(?<revision>[1-9][0-9]{0,14})$/;

const decoded = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8');

/** Whether the text is a valid date in the format of JavaScript, in a year that PostgreSQL supports. */
const isInstant = (text: string): boolean => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text && !text.startsWith('0000');
};

/** The content of a cursor; undefined if the text does not have the format of a cursor. */
export const decodeCursor = (cursor: string): CursorContent | undefined => {
  const { list = '', time = '', name = '' } = cursorForm.exec(decoded(cursor))?.groups ?? {};
  return isInstant(time) ? { list, time, name } : undefined;
};

/** The number in a cursor of revisions; undefined if it is none. */
export const decodeRevisionCursor = (cursor: string): number | undefined => {
  const digits = revisionForm.exec(decoded(cursor))?.groups?.['revision'];
  return digits === undefined ? undefined : Number(digits);
};

/** The error for a cursor that the list did not return. */
export const invalidCursor = {
  code: 'invalid_cursor',
  message: 'must be the next_cursor of a previous page of this list',
} as const;

/** The query of a list: `limit` 1 to 100 (default 20) and the `cursor` of the page before. */
export const ListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^-?[0-9]{1,15}$/, { error: 'must be an integer', abort: true })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= pageSize.max, {
      error: `must be between 1 and ${String(pageSize.max)}`,
    })
    .optional()
    .meta({
      description: 'Number of entries in the page.',
      override: asInteger,
      param: { id: 'Limit' },
    }),
  cursor: z
    .string()
    .max(200, { abort: true })
    .refine((cursor) => decodeCursor(cursor) !== undefined || decodeRevisionCursor(cursor) !== undefined, {
      error: invalidCursor.message,
      params: { code: invalidCursor.code },
    })
    .optional()
    .meta({ description: '`next_cursor` of the previous page.', param: { id: 'Cursor' } }),
});

/** The cursor of the next page. */
const NextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Pass it as `cursor` to get the next page; null on the last page.' });

/** One page of a list, newest first. */
export const pageOf = <T extends z.ZodType>(
  item: T,
): z.ZodObject<{ data: z.ZodArray<T>; next_cursor: z.ZodNullable<z.ZodString> }, z.core.$strict> =>
  z.strictObject({ data: z.array(item), next_cursor: NextCursor });

export type ListQuery = z.infer<typeof ListQuery>;
