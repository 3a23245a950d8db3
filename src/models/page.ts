import type { QueryBuilder } from 'objection';
import type { BaseModel } from './base-model.js';
import { decodeCursor, invalidCursor, pageSize } from '../contract/list.js';
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

/** An error for a cursor that the list did not return. */
export const invalidCursorError = (): AppError =>
  new AppError('validation_failed', { errors: [{ path: '/cursor', ...invalidCursor }] });

const idForm = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

const positionIn = (list: string, cursor: string): Position => {
  const content = decodeCursor(cursor);
  if (content?.list !== list || !idForm.test(content.name)) throw invalidCursorError();
  return { createdAt: content.time, id: content.name };
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
  const { createdAt, id } = positionIn(listOf(query), cursor);
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
  const content = cursor === undefined ? undefined : decodeCursor(cursor);
  if (cursor !== undefined && content?.list !== list) throw invalidCursorError();
  const after = content && `${content.time}|${content.name}`;
  const found = sorted.filter((row) => after === undefined || positionOf(row) < after);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { rows, nextCursor: hasMore ? Buffer.from(`${list}|${positionOf(last)}`).toString('base64url') : null };
};
