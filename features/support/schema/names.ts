/** Every schema of the features begins so; nothing else in a database does. */
export const schemaPrefix = 'rollcall_f_';

/** The schemas that belong to a run as a whole. */
export const runSchemas = (run: string): { readonly template: string; readonly pool: string } => ({
  template: `${schemaPrefix}${run}_template`,
  pool: `${schemaPrefix}${run}_pool`,
});

/** The n-th schema that a worker makes. */
export const leaseSchema = (run: string, worker: string, n: number): string =>
  `${schemaPrefix}${run}_w${worker}_${String(n)}`;

/** The run that a schema belongs to; undefined when it is none of ours. */
export const runOf = (schema: string): string | undefined => /^rollcall_f_([a-z0-9]+)_/.exec(schema)?.[1];

/** Quotes a name for SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
