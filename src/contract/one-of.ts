import type { ZodOpenApiOverrideMeta } from 'zod-openapi';

/**
 * The JSON schema of an object with exactly one of its properties: `oneOf` one object for each, so that generated clients
 * get a union. The Zod schema has to check the same.
 */
export const exactlyOneOf: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  const { properties = {} } = jsonSchema;
  jsonSchema.oneOf = Object.entries(properties).map(([name, schema]) => ({
    type: 'object',
    properties: { [name]: schema },
    required: [name],
    additionalProperties: false,
  }));
  delete jsonSchema.type;
  delete jsonSchema.properties;
  delete jsonSchema.required;
  delete jsonSchema.additionalProperties;
};
