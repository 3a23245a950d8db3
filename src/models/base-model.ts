import { Model, snakeCaseMappers } from 'objection';
import { v7 as uuidv7 } from 'uuid';

/** Base class of all models: camelCase in code, snake_case in the database, and a generated UUIDv7 key (RFC 9562). */
export class BaseModel extends Model {
  declare id: string;
  declare createdAt: Date;
  declare updatedAt: Date;

  static override readonly columnNameMappers = snakeCaseMappers();

  /** Without this, Objection queries the database for column names. */
  static override readonly useLimitInFirst = true;

  override $beforeInsert(): void {
    const { id } = this as { id?: string };
    this.id = id ?? newId();
  }
}

/** A new primary key: a UUID that sorts by creation time. */
export const newId = (): string => uuidv7();

/** An id that no account has (RFC 9562, 5.9), for doing the same work if there is no account. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';
