import { z } from 'zod';
import type { ZodOpenApiOverrideMeta } from 'zod-openapi';

/** Default and largest number of rows in one page. */
export const pageSize = { default: 20, max: 100 } as const;

/** The JSON schema of a page size: a number in the document, text in the query string. */
const asInteger: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: pageSize.max, default: pageSize.default });
  delete jsonSchema.pattern;
};

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
    .max(200)
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
