import type { Connection } from '../database/database.js';
import { classifyDatabaseError } from '../database/classify-error.js';
import { BaseModel } from './base-model.js';
import { keysetPage, type Page, type PageRequest } from './page.js';

/** A greeting that a signed-in person got. */
export class Greeting extends BaseModel {
  static override readonly tableName = 'greetings';

  declare userId: string;
  declare message: string;
  /** Which endpoint greeted. */
  declare context: string | null;

  /**
   * Keeps a greeting in the person's history.
   * @returns false when the database takes no writes: it is read-only, or its disk is full
   */
  static async record(db: Connection, userId: string, message: string, context: string): Promise<boolean> {
    try {
      await Greeting.query(db).insert({ userId, message, context });
      return true;
    } catch (error) {
      const fault = classifyDatabaseError(error);
      if (fault === 'read_only' || fault === 'disk_full') return false;
      throw error;
    }
  }

  /** One page of a person's history, newest first. */
  static page(db: Connection, userId: string, request: PageRequest): Promise<Page<Greeting>> {
    return keysetPage(Greeting.query(db).where({ user_id: userId }), request);
  }

  /** What the owner sees. */
  toPublic(): { id: string; message: string; context: string | null; created_at: string } {
    return { id: this.id, message: this.message, context: this.context, created_at: this.createdAt.toISOString() };
  }
}
