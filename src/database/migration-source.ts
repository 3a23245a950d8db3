import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

/** The exports of a migration file. */
export interface Migration {
  up(db: Knex): Promise<void>;
  down(db: Knex): Promise<void>;
}

const isMigration = (module: unknown): module is Migration =>
  typeof module === 'object' &&
  module !== null &&
  'up' in module &&
  'down' in module &&
  typeof module.up === 'function' &&
  typeof module.down === 'function';

/** `migrations/` next to `src/`; in a build, `dist/migrations/` next to `dist/src/`. */
const defaultDirectory = new URL('../../migrations/', import.meta.url);

/** The extension of this file: `.ts` when running from source, `.js` in a build. */
const ownExtension = extname(fileURLToPath(import.meta.url));

/**
 * The migrations of a directory. Names omit the file extension, so source and compiled files count as the same migration.
 * Implements knex's `migrationSource`.
 */
export class MigrationSource implements Knex.MigrationSource<string> {
  /** @param directory a file URL that ends in a slash */
  constructor(
    private readonly directory: URL = defaultDirectory,
    private readonly extension: string = ownExtension,
  ) {}

  /** The names, oldest first. */
  async getMigrations(): Promise<string[]> {
    const files = await readdir(this.directory);
    const pattern = new RegExp(`^\\d{14}_[a-z0-9_]+\\${this.extension}$`);
    return files
      .filter((file) => pattern.test(file))
      .map((file) => file.slice(0, -this.extension.length))
      .sort();
  }

  /** The name that is stored in the database. */
  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Migration> {
    const module: unknown = await import(new URL(name + this.extension, this.directory).href);
    if (isMigration(module)) return module;
    throw new Error(`The migration ${name} must export the functions up and down.`);
  }
}
