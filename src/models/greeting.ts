import type { Connection } from '../database/database.js';
import { classifyDatabaseError } from '../database/classify-error.js';
import { BaseModel } from './base-model.js';
import { keysetPage, type Page, type PageRequest } from './page.js';

/** A greeting that a logged-in user received. */
export class Greeting extends BaseModel {
  static override readonly tableName = 'greetings';

  declare userId: string;
  declare message: string;
  /** The endpoint of the greeting. */
  declare context: string | null;

  /**
   * Records a greeting in the history of a user.
   * @returns false if the database rejects writes because it is read-only or its disk is full
   */
  static async record(db: Connection, userId: string, message: string, context: string): Promise<boolean> {
    try {
      await Greeting.query(db).insert({ userId, message, context });
      return true;
    } catch (error) {
      const kind = classifyDatabaseError(error);
      if (kind === 'read_only' || kind === 'disk_full') return false;
      throw error;
    }
  }

  /** One page of a user's history, newest first. */
  static page(db: Connection, userId: string, request: PageRequest): Promise<Page<Greeting>> {
    return keysetPage(Greeting.query(db).where({ user_id: userId }), request);
  }

  /** The representation for its owner. */
  toPublic(): { id: string; message: string; context: string | null; created_at: string } {
    return { id: this.id, message: this.message, context: this.context, created_at: this.createdAt.toISOString() };
  }
}
