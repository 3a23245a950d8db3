import { jsonSchema } from '../../../config/schema/json-schema.js';
import type { Handler } from '../../../middleware/context.js';

/** GET /api/v1/admin/config/schema: the JSON Schema of the configuration files, for editors. */
export const getConfigSchema = (): Handler => {
  const schema = jsonSchema();
  return function getConfigSchema(ctx) {
    ctx.body = schema;
  };
};
