import { NoBody, type Contract, type ObjectSchema } from '../contract/contract.js';
import { checkValue } from '../contract/issues.js';
import { AppError, type FieldError } from '../errors/app-error.js';
import type { ApiContext, Middleware } from './context.js';

/** Splits a parameter name: `metadata.team` and `metadata[team]` are the member `team` of `metadata`. */
const memberOf = (name: string): { group: string; member: string } | undefined => {
  const [, group, member] = /^([^.[]+)\[(.*)\]$/s.exec(name) ?? [];
  // A client that serializes nested objects sends `metadata[address][city]`.
  if (group !== undefined && member !== undefined) return { group, member: member.replaceAll('][', '.') };
  const dot = name.indexOf('.');
  return dot === -1 ? undefined : { group: name.slice(0, dot), member: name.slice(dot + 1) };
};

/**
 * Collects the members of an object parameter, such as `metadata[team]=red` (style `deepObject`) or `metadata.team=red`,
 * if the schema has a field of that name: `{ metadata: { team: 'red' } }`. The objects have no prototype, so no name has a
 * special meaning. A member that is given in both spellings becomes a list, like any parameter that is given twice.
 */
const collectMembers = (query: Readonly<Record<string, unknown>>, schema: ObjectSchema | undefined): unknown => {
  if (!schema) return query;
  const fields = Object.create(null) as Record<string, unknown>;
  const groups = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(query)) {
    const { group, member } = memberOf(name) ?? { group: name, member: '' };
    if (group === name || group in query || !Object.hasOwn(schema.shape, group)) {
      fields[name] = value;
      continue;
    }
    const members = groups.get(group) ?? (Object.create(null) as Record<string, unknown>);
    groups.set(group, members);
    fields[group] = members;
    members[member] = member in members ? [members[member], value] : value;
  }
  return fields;
};

/**
 * Finds errors in a body that its schema cannot find. Called if the schema has found errors, so that the response lists
 * all of them. The body is not validated.
 */
export type BodyCheck = (ctx: ApiContext, body: unknown) => Promise<FieldError[]> | FieldError[];

/** One entry for each path and code. */
const distinct = (errors: readonly FieldError[]): FieldError[] =>
  [...new Map(errors.map((error) => [`${error.path} ${error.code}`, error] as const).reverse()).values()].reverse();

/**
 * Validates path, query and body by the schemas of the endpoint, and stores the parsed values in the state.
 * @throws {AppError} validation_failed with all errors
 */
export const validate = (contract: Contract, alsoCheck: readonly BodyCheck[] = []): Middleware => {
  const schemas = {
    params: contract.params,
    query: contract.query,
    body: contract.method === 'GET' ? undefined : (contract.body ?? NoBody),
  };
  return async function validate(ctx, next) {
    const sources = {
      params: ctx['params'] as unknown,
      query: collectMembers(ctx.query, contract.query),
      body: ctx.state.body,
    };
    let errors: readonly FieldError[] = [];
    for (const part of ['params', 'query', 'body'] as const) {
      const schema = schemas[part];
      if (schema === undefined) continue;
      const result = checkValue(schema, sources[part], part === 'query' ? 'query' : 'json');
      if (result.success) ctx.state[part] = result.data;
      else errors = [...errors, ...result.errors];
    }
    if (errors.length > 0) {
      for (const check of alsoCheck) errors = [...errors, ...(await check(ctx, sources.body))];
      throw new AppError('validation_failed', { errors: distinct(errors) });
    }
    await next();
  };
};
