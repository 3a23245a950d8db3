import type { QueryBuilder } from 'objection';
import type { BaseModel } from './base-model.js';
import { pageSize } from '../contract/list.js';
import { AppError } from '../errors/app-error.js';

/** The page to return: its size, and the cursor from the previous page. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** One page, and the cursor of the next; null on the last. */
export interface Page<M> {
  readonly rows: M[];
  readonly nextCursor: string | null;
}

type AnyQuery = QueryBuilder<BaseModel, BaseModel[]>;

interface Position {
  readonly createdAt: string;
  readonly id: string;
}

/** The name of a list in its cursors: the table. */
const listOf = (query: AnyQuery): string => query.modelClass().tableName;

const encodeCursor = (list: string, { createdAt, id }: Position): string =>
  Buffer.from(`${list}|${createdAt}|${id}`).toString('base64url');

const cursorForm =
  /^(?<list>[a-z_]+)\|(?<createdAt>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|(?<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/** Whether the text is a valid date in the format of JavaScript, in a year that PostgreSQL supports. */
const isInstant = (text: string): boolean => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text && !text.startsWith('0000');
};

/** The error for a cursor that the list did not return. */
export const invalidCursor = (): AppError =>
  new AppError('validation_failed', {
    errors: [{ path: '/cursor', code: 'invalid_cursor', message: 'invalid cursor' }],
  });

const decodeCursor = (list: string, cursor: string): Position => {
  const groups = cursorForm.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.groups;
  const createdAt = groups?.['createdAt'];
  const id = groups?.['id'];
  if (groups?.['list'] !== list) throw invalidCursor();
  if (createdAt === undefined || id === undefined || !isInstant(createdAt)) throw invalidCursor();
  return { createdAt, id };
};

/** The order of every list. */
export const newestFirst: { column: string; order: 'desc' }[] = [
  { column: 'created_at', order: 'desc' },
  { column: 'id', order: 'desc' },
];

/**
 * Restricts a list to the rows after the cursor, newest first.
 * @throws {AppError} validation_failed for a cursor that this list did not return
 */
export const afterCursor = (query: AnyQuery, cursor: string | undefined): void => {
  if (cursor === undefined) return;
  const { createdAt, id } = decodeCursor(listOf(query), cursor);
  void query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [createdAt, id]);
};

/**
 * One page of a list, newest first, by keyset on (created_at, id): paging through the list returns each row exactly once,
 * even while rows are added.
 * @throws {AppError} validation_failed for a cursor that this list did not return
 */
export const keysetPage = async <M extends BaseModel>(
  query: QueryBuilder<M, M[]>,
  { limit = pageSize.default, cursor }: PageRequest,
): Promise<Page<M>> => {
  const list = listOf(query as unknown as AnyQuery);
  afterCursor(query as unknown as AnyQuery, cursor);
  const found = await query.orderBy(newestFirst).limit(limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  if (!hasMore) return { rows, nextCursor: null };
  return { rows, nextCursor: encodeCursor(list, { createdAt: last.createdAt.toISOString(), id: last.id }) };
};

/** A row of a list that is in memory: when it was made, and a name that is unique in the list. */
export interface NamedRow {
  readonly since: Date;
  readonly name: string;
}

/**
 * One page of a list that is in memory, newest first, by keyset on (since, name).
 * @throws {AppError} validation_failed for a cursor that this list has not returned
 */
export const pageOfRows = <R extends NamedRow>(
  list: string,
  entries: readonly R[],
  { limit = pageSize.default, cursor }: PageRequest,
): Page<R> => {
  const positionOf = ({ since, name }: NamedRow): string => `${since.toISOString()}|${name}`;
  const sorted = [...entries].sort((one, other) => (positionOf(one) < positionOf(other) ? 1 : -1));
  const text = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
  const start = `${list}|`;
  if (text?.startsWith(start) === false) throw invalidCursor();
  const after = text?.slice(start.length);
  const found = sorted.filter((row) => after === undefined || positionOf(row) < after);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { rows, nextCursor: hasMore ? Buffer.from(start + positionOf(last)).toString('base64url') : null };
};
